#!/usr/bin/python3
"""NVIDIA's own client asks `margay serve`.

Usage: tritonclient_test.py PROGRAM TOOL; TOOL writes a model of three colours and a picture into a folder. The variable
MARGAY_TRITONCLIENT names a checkout of triton-inference-server/client.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def skip(reason):
    print("SKIPPED:", reason)
    sys.exit(0)


checkout = os.environ.get("MARGAY_TRITONCLIENT")
if not checkout:
    skip("MARGAY_TRITONCLIENT names no checkout of triton-inference-server/client")
sys.path.insert(0, str(pathlib.Path(checkout) / "src/python/library"))
try:
    import numpy as np
    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException
except ImportError as error:
    skip(f"the client needs python3-geventhttpclient, python3-rapidjson and python3-numpy: {error}")


def check(condition, what):
    if not condition:
        sys.exit(f"failed: {what}")
    print("ok:", what)


def infer(client, name, array, datatype, binary, **options):
    tensor = triton.InferInput(name, list(array.shape), datatype)
    tensor.set_data_from_numpy(array, binary_data=binary)
    return client.infer("colors", [tensor], **options)


def ask_everything(client, png):
    check(client.is_server_live() and client.is_server_ready() and client.is_model_ready("colors"), "health")
    check(client.get_server_metadata()["name"] == "margay", "server metadata")
    metadata = client.get_model_metadata("colors")
    check(metadata["inputs"][2]["shape"] == [-1, 3, 4, 5], "model metadata")
    check(client.get_model_repository_index()[0]["name"] == "colors", "repository index")

    pictures = np.array([png, png], dtype=np.object_)
    probabilities = infer(client, "image", pictures, "BYTES", True).as_numpy("probabilities")
    check(probabilities.shape == (2, 3) and probabilities.dtype == np.float32, "two encoded pictures")
    check(probabilities[0].argmax() == 1 and abs(probabilities.sum() - 2) < 1e-5, "which are green")

    green = np.zeros((1, 7, 9, 3), np.uint8)
    green[..., 1] = 255
    planes = np.zeros((1, 3, 4, 5), np.float32)
    planes[:, 1] = 1
    for binary in (True, False):
        for wanted_binary in (True, False):
            wanted = [triton.InferRequestedOutput("probabilities", binary_data=wanted_binary)]
            words = f"{'binary' if binary else 'JSON'} in, {'binary' if wanted_binary else 'JSON'} out"
            same = infer(client, "pixels", green, "UINT8", binary, outputs=wanted).as_numpy("probabilities")
            check(np.allclose(same, probabilities[:1], atol=1e-6), f"pixels, {words}")
            same = infer(client, "values", planes, "FP32", binary, outputs=wanted).as_numpy("probabilities")
            check(np.allclose(same, probabilities[:1], atol=1e-6), f"values, {words}")
            classes = [triton.InferRequestedOutput("probabilities", binary_data=wanted_binary, class_count=2)]
            named = infer(client, "pixels", green, "UINT8", binary, outputs=classes).as_numpy("probabilities")
            best = named[0][0]
            best = best.decode() if isinstance(best, bytes) else best
            check(named.shape == (1, 2) and best.endswith(":1:green"), f"classes, {words}: {best}")
    result = infer(client, "pixels", green, "UINT8", True, request_id="seven")
    check(result.get_response()["id"] == "seven", "the request's id")
    handle = client.async_infer("colors", [image_input(pictures)])
    check(handle.get_result().as_numpy("probabilities").shape == (2, 3), "without waiting")
    try:
        infer(client, "picture", green, "UINT8", True)
        check(False, "an input that there is none of is refused")
    except InferenceServerException as error:
        check("there is no input 'picture'" in str(error), f"errors: {error}")


def image_input(pictures):
    tensor = triton.InferInput("image", list(pictures.shape), "BYTES")
    tensor.set_data_from_numpy(pictures)
    return tensor


with tempfile.TemporaryDirectory() as folder:
    program, tool = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    subprocess.run([tool, folder], check=True)
    server = subprocess.Popen([program, "serve", "colors.safetensors", "--port", "0", "--access-log", "log"],
                              cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://([0-9.:]+)", server.stdout.readline()).group(1)
        png = (pathlib.Path(folder) / "green.png").read_bytes()
        with triton.InferenceServerClient(address) as client:
            ask_everything(client, png)
    finally:
        server.terminate()
        check(server.wait(60) == 0, "the server ends with 0")
