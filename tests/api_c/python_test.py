"""The Python package: python_test.py MODEL PICTURE."""

import copy
import io
import pickle
import sys
import threading
import unittest
from pathlib import Path

import margay

MODEL, PICTURE = sys.argv[1:3]
try:
    import numpy
except ImportError:
    numpy = None
try:
    from PIL import Image
except ImportError:
    Image = None


class ModelTest(unittest.TestCase):
    def setUp(self):
        self.model = margay.Model(MODEL, threads=1)
        self.addCleanup(self.model.close)

    def agree(self, one, other):
        self.assertEqual(one.classes, other.classes)
        for a, b in zip(one.probabilities, other.probabilities):
            self.assertAlmostEqual(a, b, places=6)

    def test_answers_have_names_and_add_up(self):
        answer = self.model.predict(PICTURE)
        self.assertEqual(answer.classes, ("cat", "dog", "margay"))
        self.assertAlmostEqual(sum(answer.probabilities), 1, places=9)
        self.assertEqual(answer.certainty, max(answer.probabilities))
        self.assertEqual(answer[answer.best], answer.certainty)
        self.assertEqual([name for name, _ in answer.top(1)], [answer.best])
        self.assertEqual(len(answer.top(9)), 3)
        with self.assertRaises(KeyError):
            answer["lynx"]

    def test_path_and_bytes_agree(self):
        expected = self.model.predict(PICTURE)
        self.agree(self.model.predict(Path(PICTURE)), expected)
        data = Path(PICTURE).read_bytes()
        self.agree(self.model.predict(data), expected)
        self.agree(self.model.predict(memoryview(data)), expected)

    @unittest.skipUnless(Image, "needs Pillow")
    def test_pillow_pictures(self):
        picture = Image.open(PICTURE)
        self.agree(self.model.predict(picture), self.model.predict(PICTURE))
        self.agree(self.model.predict(picture.convert("RGBA")), self.model.predict(PICTURE))
        gray = picture.convert("L")
        self.agree(self.model.predict(gray), self.model.predict(gray.convert("RGB")))
        indexed = picture.convert("P")
        self.agree(self.model.predict(indexed), self.model.predict(indexed.convert("RGB")))
        with self.assertRaisesRegex(margay.UsageError, "mode is F"):
            self.model.predict(gray.convert("F"))

    @unittest.skipUnless(Image, "needs Pillow")
    def test_pillow_pictures_are_turned_as_files_are(self):
        picture = Image.open(PICTURE)
        exif = picture.getexif()
        exif[0x0112] = 6
        file = io.BytesIO()
        picture.save(file, "PNG", exif=exif)
        self.agree(self.model.predict(Image.open(io.BytesIO(file.getvalue()))), self.model.predict(file.getvalue()))

    @unittest.skipUnless(Image and numpy, "needs NumPy and Pillow")
    def test_arrays(self):
        expected = self.model.predict(PICTURE)
        array = numpy.asarray(Image.open(PICTURE))
        self.agree(self.model.predict(array), expected)
        larger = numpy.zeros((array.shape[0], array.shape[1] + 5, 3), numpy.uint8)
        larger[:, :-5] = array
        self.agree(self.model.predict(larger[:, :-5]), expected)  # rows with gaps
        bgr = array[:, :, ::-1]
        self.agree(self.model.predict(bgr[:, :, ::-1]), expected)
        self.agree(self.model.predict(array[::-1][::-1]), expected)
        upside_down = array[::-1]
        self.agree(self.model.predict(upside_down), self.model.predict(upside_down.copy()))
        self.agree(self.model.predict(numpy.asfortranarray(array)), expected)
        self.agree(self.model.predict(array[:, :, 0]), self.model.predict(array[:, :, :1].repeat(3, axis=2)))
        for wrong in (array.astype(numpy.float32), array[None], array[:0], numpy.zeros((4, 4, 7), numpy.uint8)):
            with self.assertRaises(margay.UsageError):
                self.model.predict(wrong)

    @unittest.skipUnless(Image and numpy, "needs NumPy and Pillow")
    def test_batches(self):
        picture = Image.open(PICTURE)
        small = numpy.zeros((3, 5, 3), numpy.uint8)
        answers = self.model.predict_batch([picture, small, picture])
        self.assertEqual(len(answers), 3)
        self.agree(answers[0], self.model.predict(PICTURE))
        self.agree(answers[1], self.model.predict(small))
        self.agree(answers[2], answers[0])
        self.assertEqual(self.model.predict_batch([]), [])

    def test_batches_take_what_predict_takes(self):
        expected = self.model.predict(PICTURE)
        for answer in self.model.predict_batch([PICTURE, Path(PICTURE), Path(PICTURE).read_bytes()]):
            self.agree(answer, expected)

    def test_copies_open_the_file_again(self):
        expected = self.model.predict(PICTURE)
        for made in (copy.copy(self.model), copy.deepcopy(self.model), pickle.loads(pickle.dumps(self.model))):
            self.agree(made.predict(PICTURE), expected)
            made.close()
        self.agree(self.model.predict(PICTURE), expected)

    def test_many_threads(self):
        expected = self.model.predict(PICTURE)
        wrong = []

        def ask():
            for _ in range(50):
                if abs(self.model.predict(PICTURE).certainty - expected.certainty) > 1e-6:
                    wrong.append(1)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class ErrorTest(unittest.TestCase):
    def test_what_cannot_be_opened(self):
        with self.assertRaisesRegex(margay.InputOutputError, "nowhere"):
            margay.Model("nowhere.safetensors")
        with self.assertRaises(OSError):
            margay.Model("nowhere.safetensors")
        with self.assertRaises(margay.Error):
            margay.Model(PICTURE)

    def test_what_is_no_picture(self):
        for path in ("", MODEL + "\0more"):
            with self.assertRaises(margay.UsageError):
                margay.Model(path)
        with margay.Model(MODEL) as model:
            with self.assertRaises(margay.UsageError):
                model.predict(PICTURE + "\0more")
            for count in (0, -1, 1.5):
                with self.assertRaises(margay.UsageError):
                    model.predict(PICTURE).top(count)
            with self.assertRaises(margay.FormatError):
                model.predict(b"no picture")
            with self.assertRaises(margay.InputOutputError):
                model.predict("nowhere.jpg")
            with self.assertRaisesRegex(margay.UsageError, "int"):
                model.predict(7)
        with self.assertRaisesRegex(margay.UsageError, "closed"):
            model.predict(PICTURE)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
