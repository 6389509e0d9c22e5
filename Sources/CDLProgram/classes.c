#define _DEFAULT_SOURCE
#include "classes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"

bool dlp_classes_of(const dlp_array *array, const char *option, dlp_classes *classes, dlp_error *error) {
  if (array->rank == 0 || array->bytes == 0)
    return dlp_fail(error, "%s needs an output with an axis of classes", option);
  classes->array = array;
  classes->count = (size_t)array->extents[array->rank - 1];
  classes->rows = dlp_array_count(array) / classes->count;
  return true;
}

void dlp_classes_top(const dlp_classes *classes, size_t row, size_t top, size_t *indices) {
  size_t found = 0;
  for (size_t i = 0; i < classes->count; i++) {
    double value = dlp_array_value(classes->array, row * classes->count + i);
    size_t place = found < top ? found++ : top;
    for (; place > 0; place--) {
      double above = dlp_array_value(classes->array, row * classes->count + indices[place - 1]);
      if (!(value > above || (isnan(above) && !isnan(value)))) break;
      if (place < top) indices[place] = indices[place - 1];
    }
    if (place < top) indices[place] = i;
  }
}

static bool is_integer_type(const dlp_array *array) {
  return array->type >= DLC_I64 && array->type <= DLC_U8;
}

bool dlp_classes_accuracy(const dlp_classes *classes, const char *path, size_t *correct, dlp_error *error) {
  dlp_archive archive;
  if (!dlp_archive_load(&archive, path, error)) return false;
  const dlp_array *labels = archive.arrays;
  bool fine = archive.count == 1 && is_integer_type(labels) && dlp_array_count(labels) == classes->rows;
  *correct = 0;
  for (size_t row = 0; row < classes->rows && fine; row++) {
    size_t best;
    dlp_classes_top(classes, row, 1, &best);
    *correct += dlp_array_value(labels, row) == (double)best;
  }
  dlp_archive_destroy(&archive);
  return fine ||
         dlp_fail(error, "%s: is not one array of %zu integers, a class for each row", path, classes->rows);
}

/// Cuts text into lines, in place. `lines` has room for all.
static size_t split_lines(char *text, char **lines) {
  size_t count = 0;
  for (char *rest = text, *line; rest && *rest;) {
    line = strsep(&rest, "\n");
    line[strcspn(line, "\r")] = 0;
    lines[count++] = line;
  }
  return count;
}

bool dlp_labels_load(dlp_labels *labels, const char *path, dlp_error *error) {
  dlp_mapping mapping;
  *labels = (dlp_labels){0};
  if (!dlp_mapping_open(&mapping, path, error)) return false;
  size_t room = 2;
  for (size_t i = 0; i < mapping.bytes.size; i++) room += mapping.bytes.start[i] == '\n';
  // The text follows the pointers into it.
  char **lines = malloc(room * sizeof *lines + mapping.bytes.size + 1);
  if (lines) {
    char *text = (char *)(lines + room);
    memcpy(text, mapping.bytes.start, mapping.bytes.size);
    text[mapping.bytes.size] = 0;
    *labels = (dlp_labels){split_lines(text, lines), lines};
  }
  dlp_mapping_close(&mapping);
  return lines || dlp_fail(error, "%s: there is no memory for the labels", path);
}

void dlp_labels_destroy(dlp_labels *labels) {
  free(labels->lines);
  *labels = (dlp_labels){0};
}
