/* The C surface, from C99: c_test MODEL PICTURE. Prints what failed; 0 where nothing has. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "margay/c.h"

static int failures = 0;

#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
      printf("  last error: %s\n", margay_last_error());                  \
      ++failures;                                                         \
    }                                                                     \
  } while (0)

enum { kWidth = 31, kHeight = 17, kMostClasses = 8 };

static void fill(uint8_t* pixels, size_t size, unsigned seed) {
  for (size_t i = 0; i < size; ++i) pixels[i] = (uint8_t)((i * 7919u + seed * 104729u) % 251u);
}

static int agree(const double* a, const double* b, int count) {
  for (int i = 0; i < count; ++i)
    if (fabs(a[i] - b[i]) > 1e-6) return 0;
  return 1;
}

static void test_opening(const char* path) {
  margay_model* model = (margay_model*)1;
  CHECK(margay_open("/nonexistent/model.safetensors", 0, &model) == MARGAY_IO_ERROR);
  CHECK(model == NULL);
  CHECK(strstr(margay_last_error(), "/nonexistent/model.safetensors") != NULL);
  CHECK(margay_open(NULL, 0, &model) == MARGAY_USAGE_ERROR);
  CHECK(margay_open(path, 0, NULL) == MARGAY_USAGE_ERROR);
  CHECK(margay_open(path, -1, &model) == MARGAY_USAGE_ERROR);
  margay_close(NULL);
  CHECK(margay_class_count(NULL) == 0);
  CHECK(margay_class_name(NULL, 0) == NULL);
}

static void test_classes(const margay_model* model) {
  CHECK(margay_class_count(model) == 3);
  CHECK(strcmp(margay_class_name(model, 2), "margay") == 0);
  CHECK(margay_class_name(model, 3) == NULL);
  CHECK(margay_class_name(model, -1) == NULL);
}

/* The same picture in every order of bytes, and with gaps between rows. */
static void test_pixels(const margay_model* model) {
  static uint8_t rgb[kHeight * kWidth * 3], bgra[kHeight * (kWidth * 4 + 12)];
  fill(rgb, sizeof rgb, 1);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      uint8_t* to = bgra + y * (kWidth * 4 + 12) + x * 4;
      const uint8_t* from = rgb + (y * kWidth + x) * 3;
      to[0] = from[2], to[1] = from[1], to[2] = from[0], to[3] = 255;
    }
  const margay_picture pictures[2] = {{rgb, kWidth, kHeight, MARGAY_RGB, 0},
                                      {bgra, kWidth, kHeight, MARGAY_BGRA, kWidth * 4 + 12}};
  double answers[2 * kMostClasses];
  CHECK(margay_predict_pixels(model, pictures, 2, answers) == MARGAY_OK);
  const int classes = margay_class_count(model);
  CHECK(agree(answers, answers + classes, classes));
  CHECK(fabs(answers[0] + answers[1] + answers[2] - 1) < 1e-9);

  margay_picture wrong = pictures[0];
  wrong.order = 6;
  answers[0] = -1;
  CHECK(margay_predict_pixels(model, &wrong, 1, answers) == MARGAY_USAGE_ERROR);
  CHECK(answers[0] == -1);
  wrong = pictures[0];
  wrong.width = 0;
  CHECK(margay_predict_pixels(model, &wrong, 1, answers) == MARGAY_USAGE_ERROR);
  wrong = pictures[0];
  wrong.pixels = NULL;
  CHECK(margay_predict_pixels(model, &wrong, 1, answers) == MARGAY_USAGE_ERROR);
  CHECK(margay_predict_pixels(model, NULL, 1, answers) == MARGAY_USAGE_ERROR);
  CHECK(margay_predict_pixels(model, pictures, 1, NULL) == MARGAY_USAGE_ERROR);
  CHECK(margay_predict_pixels(model, NULL, 0, NULL) == MARGAY_OK);
  CHECK(strcmp(margay_last_error(), "") == 0);
}

static void test_files(const margay_model* model, const char* picture) {
  double from_file[kMostClasses], from_bytes[kMostClasses];
  CHECK(margay_predict_file(model, picture, from_file) == MARGAY_OK);
  FILE* file = fopen(picture, "rb");
  static uint8_t bytes[1 << 20];
  const size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
  if (file) fclose(file);
  CHECK(size > 0);
  CHECK(margay_predict_bytes(model, bytes, size, from_bytes) == MARGAY_OK);
  CHECK(agree(from_file, from_bytes, margay_class_count(model)));
  CHECK(margay_predict_bytes(model, bytes, 20, from_bytes) == MARGAY_FORMAT_ERROR);
  CHECK(margay_predict_bytes(model, bytes, 0, from_bytes) == MARGAY_FORMAT_ERROR);
  CHECK(margay_predict_file(model, "/nonexistent.jpg", from_file) == MARGAY_IO_ERROR);
  CHECK(margay_predict_file(NULL, picture, from_file) == MARGAY_USAGE_ERROR);
}

struct asked {
  const margay_model* model;
  double expected[kMostClasses];
  int wrong;
};

/* A thread's failure leaves the messages of others alone. */
static void* ask_often(void* data) {
  struct asked* asked = data;
  static const uint8_t black[8 * 8 * 3];
  const margay_picture picture = {black, 8, 8, MARGAY_RGB, 0};
  for (int i = 0; i < 50; ++i) {
    double answer[kMostClasses];
    if (margay_predict_pixels(asked->model, &picture, 1, answer) != MARGAY_OK) ++asked->wrong;
    else if (!agree(answer, asked->expected, margay_class_count(asked->model))) ++asked->wrong;
    if (strcmp(margay_last_error(), "") != 0) ++asked->wrong;
  }
  return NULL;
}

static void test_threads(const margay_model* model) {
  static const uint8_t black[8 * 8 * 3];
  const margay_picture picture = {black, 8, 8, MARGAY_RGB, 0};
  struct asked asked[4];
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) {
    asked[i].model = model, asked[i].wrong = 0;
    CHECK(margay_predict_pixels(model, &picture, 1, asked[i].expected) == MARGAY_OK);
    CHECK(pthread_create(&threads[i], NULL, ask_often, &asked[i]) == 0);
  }
  CHECK(margay_predict_file(model, "/nonexistent.jpg", asked[0].expected) == MARGAY_IO_ERROR);
  CHECK(strcmp(margay_last_error(), "") != 0);
  for (int i = 0; i < 4; ++i) {
    pthread_join(threads[i], NULL);
    CHECK(asked[i].wrong == 0);
  }
}

int main(int argc, char** argv) {
  if (argc != 3) return puts("usage: c_test MODEL PICTURE"), 2;
  CHECK(strlen(margay_version()) >= 5);
  test_opening(argv[1]);
  margay_model* model = NULL;
  CHECK(margay_open(argv[1], 1, &model) == MARGAY_OK);
  if (model) {
    test_classes(model);
    test_pixels(model);
    test_files(model, argv[2]);
    test_threads(model);
  }
  margay_close(model);
  return failures > 0;
}
