#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dlc_support.h"
#include "dlp_array.h"

bool dlp_array_create(dlp_array *array, int32_t type, int32_t rank, const int64_t *extents,
                      dlp_error *error) {
  *array = (dlp_array){.type = type, .rank = rank};
  if (rank < 0 || rank > DLP_MAXIMUM_RANK)
    return dlp_fail(error, "a tensor has %d axes, but %d are the most", rank, DLP_MAXIMUM_RANK);
  if (!dlc_tensor_bytes(type, rank, extents, &array->bytes))
    return dlp_fail(error, "a tensor's shape is too large");
  if (rank > 0) memcpy(array->extents, extents, (size_t)rank * sizeof *extents);
  // Whole cache lines, and at least one, so that a pointer is never NULL.
  size_t room = (array->bytes / DLC_ALIGNMENT + 1) * DLC_ALIGNMENT;
  array->data = aligned_alloc(DLC_ALIGNMENT, room);
  if (!array->data) return dlp_fail(error, "there is no memory for a tensor of %zu bytes", array->bytes);
  memset(array->data, 0, room);
  return true;
}

static bool are_bools(const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (bytes[i] > 1) return false;
  return true;
}

bool dlp_array_copy(dlp_array *array, int32_t type, int32_t rank, const int64_t *extents, const void *data,
                    size_t size, dlp_error *error) {
  size_t bytes;
  *array = (dlp_array){0};
  if (rank < 0 || rank > DLP_MAXIMUM_RANK)
    return dlp_fail(error, "a tensor has %d axes, but %d are the most", rank, DLP_MAXIMUM_RANK);
  if (!dlc_tensor_bytes(type, rank, extents, &bytes)) return dlp_fail(error, "a tensor's shape is too large");
  if (bytes != size)
    return dlp_fail(error, "the data of a tensor have %zu bytes, but its shape needs %zu", size, bytes);
  if (type == DLC_BOOL && !are_bools(data, size))
    return dlp_fail(error, "a tensor of type bool has elements that are neither 0 nor 1");
  if (!dlp_array_create(array, type, rank, extents, error)) return false;
  if (size > 0) memcpy(array->data, data, size);
  return true;
}

void dlp_array_destroy(dlp_array *array) {
  free(array->data);
  *array = (dlp_array){0};
}

size_t dlp_array_count(const dlp_array *array) { return array->bytes / dlc_type_size(array->type); }

void dlp_array_describe(const dlp_array *array, char *text, size_t size) {
  int used = snprintf(text, size, "%s[", dlc_type_name(array->type));
  for (int32_t axis = 0; axis < array->rank && used > 0 && (size_t)used < size; axis++)
    used += snprintf(text + used, size - (size_t)used, "%s%lld", axis > 0 ? ", " : "",
                     (long long)array->extents[axis]);
  if (used > 0 && (size_t)used < size) snprintf(text + used, size - (size_t)used, "]");
}
