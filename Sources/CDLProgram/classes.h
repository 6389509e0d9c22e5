// Outputs whose last axis has a value for each class.
#ifndef DLP_CLASSES_H
#define DLP_CLASSES_H

#include "file.h"

/// Rows of values for `count` classes.
typedef struct dlp_classes {
  const dlp_array *array;
  size_t rows, count;
} dlp_classes;

/// The array as rows of classes. Errors say what `option` needs.
bool dlp_classes_of(const dlp_array *array, const char *option, dlp_classes *classes, dlp_error *error);

/// Writes the `top` classes of a row with the greatest values to `indices`, the greatest first, of equal ones
/// the lower index. NaN is less than every number.
void dlp_classes_top(const dlp_classes *classes, size_t row, size_t top, size_t *indices);

/// Counts the rows whose greatest value is at the index that a .npy file has for them.
bool dlp_classes_accuracy(const dlp_classes *classes, const char *path, size_t *correct, dlp_error *error);

/// The lines of a text file.
typedef struct dlp_labels {
  size_t count;
  char **lines;
} dlp_labels;

bool dlp_labels_load(dlp_labels *labels, const char *path, dlp_error *error);
void dlp_labels_destroy(dlp_labels *labels);

#endif
