/* What a picture shows, from C: predict_c MODEL PICTURE */
#include <stdio.h>
#include <stdlib.h>

#include "margay/c.h"

int main(int argc, char** argv) {
  if (argc != 3) return puts("usage: predict_c MODEL PICTURE"), 2;
  margay_model* model;
  int code = margay_open(argv[1], 0, &model);
  if (code != MARGAY_OK) return fprintf(stderr, "%s\n", margay_last_error()), code;

  const int classes = margay_class_count(model);
  double* probabilities = malloc((size_t)classes * sizeof *probabilities);
  if (!probabilities) return puts("no memory"), 1;
  code = margay_predict_file(model, argv[2], probabilities);
  if (code != MARGAY_OK) fprintf(stderr, "%s\n", margay_last_error());
  for (int i = 0; code == MARGAY_OK && i < classes; ++i)
    printf("%5.1f %% %s\n", 100 * probabilities[i], margay_class_name(model, i));

  free(probabilities);
  margay_close(model);
  return code;
}
