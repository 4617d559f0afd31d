/* What a picture shows, for programs in C and all that calls C. Part of margay's public surface, in the
 * library margay_predict; needs no libtorch. Every function is safe from any number of threads at once, none
 * throws and none prints. Text is UTF-8. */
#ifndef MARGAY_C_H
#define MARGAY_C_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MARGAY_C_API __attribute__((visibility("default")))

/** A trained classifier. Many threads may ask one at once; its weights are in memory once. */
typedef struct margay_model margay_model;

/** What functions return: 0, or what went wrong, of which margay_last_error() has the text. */
enum {
  MARGAY_OK = 0,
  MARGAY_INTERNAL_ERROR = 1, /**< such as memory that has run out */
  MARGAY_USAGE_ERROR = 2,    /**< an argument that makes no sense */
  MARGAY_DATA_ERROR = 3,
  MARGAY_FORMAT_ERROR = 4, /**< a broken picture or model file */
  MARGAY_MODEL_ERROR = 5,  /**< a network that does not fit its weights, or answers what is no number */
  MARGAY_IO_ERROR = 6      /**< no such file, no permission */
};

/** The bytes of a pixel in their order, each uint8. */
enum margay_pixel_order {
  MARGAY_RGB = 0,
  MARGAY_BGR = 1,
  MARGAY_RGBA = 2,
  MARGAY_BGRA = 3,
  MARGAY_GRAY = 4,
  MARGAY_GRAY_ALPHA = 5
};

/** A picture in the caller's memory, of any size, sRGB. */
typedef struct margay_picture {
  const uint8_t* pixels; /**< of the uppermost row */
  int width;             /**< pixels, at least 1 */
  int height;
  int order;              /**< of enum margay_pixel_order */
  ptrdiff_t stride_bytes; /**< from a row to the one below it; 0: rows have no gap */
} margay_picture;

/** Such as "0.1.0". */
MARGAY_C_API const char* margay_version(void);

/** The message of the last call of this thread that failed: where, what was found, what was expected, a hint.
 * "" where none has. Valid until the thread's next call. */
MARGAY_C_API const char* margay_last_error(void);

/** Opens a model file or a run directory; nothing in it is executed. Calls compute on `threads` threads, 0:
 * as many as this process may use; a program with a thread for each request wants 1. `*model` is NULL where
 * it fails. */
MARGAY_C_API int margay_open(const char* run_or_model, int threads, margay_model** model);

/** Gives a model back, once no call uses it any more; NULL is allowed. */
MARGAY_C_API void margay_close(margay_model* model);

/** How many classes there are; 0 for NULL. */
MARGAY_C_API int margay_class_count(const margay_model* model);

/** The name of a class, valid as long as the model; NULL where there is none of that index. */
MARGAY_C_API const char* margay_class_name(const margay_model* model, int index);

/** Each of the calls below writes a probability for each class, in the order of the classes; their sum is 1.
 * `probabilities` has room for margay_class_count() numbers a picture. Where a call fails nothing is written.
 */

/** The picture in a file. */
MARGAY_C_API int margay_predict_file(const margay_model* model, const char* path, double* probabilities);

/** The bytes of a file in any format that margay reads. */
MARGAY_C_API int margay_predict_bytes(const margay_model* model, const uint8_t* bytes, size_t size,
                                      double* probabilities);

/** Pixels: `count` pictures as one batch, each of a size of its own. */
MARGAY_C_API int margay_predict_pixels(const margay_model* model, const margay_picture* pictures,
                                       size_t count, double* probabilities);

#ifdef __cplusplus
}
#endif

#endif
