// Dense tensors in memory, collections of them with names, and the error that every function here reports.
#ifndef DLP_ARRAY_H
#define DLP_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dlc.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Errors

/// One sentence for a person, without a full stop. Functions that can fail return false and fill one in.
typedef struct dlp_error {
  char text[1024];
} dlp_error;

/// Writes the error as `printf` does; returns false, so that a function can end with it.
__attribute__((format(printf, 2, 3))) bool dlp_fail(dlp_error *error, const char *format, ...);

/// Puts "SUBJECT: " before the error; returns false.
bool dlp_fail_in(dlp_error *error, const char *subject);

/// The text of the error, valid as long as the error.
const char *dlp_error_text(const dlp_error *error);

// MARK: Arrays

/// The highest rank that files may have.
enum { DLP_MAXIMUM_RANK = 16 };

/// A dense tensor in row-major order. It owns `data`, aligned to DLC_ALIGNMENT.
typedef struct dlp_array {
  int32_t type;  // a dlc_type
  int32_t rank;
  int64_t extents[DLP_MAXIMUM_RANK];
  size_t bytes;
  void *data;
} dlp_array;

/// Makes an array of zeros.
bool dlp_array_create(dlp_array *array, int32_t type, int32_t rank, const int64_t *extents, dlp_error *error);

/// Makes an array of a copy of `size` bytes, which must be as many as the shape needs, and where the type is
/// bool, zeros and ones.
bool dlp_array_copy(dlp_array *array, int32_t type, int32_t rank, const int64_t *extents, const void *data,
                    size_t size, dlp_error *error);

/// Frees the data; an array of zero bytes is allowed.
void dlp_array_destroy(dlp_array *array);

/// The number of elements.
size_t dlp_array_count(const dlp_array *array);

/// The element with this index in row-major order. 64-bit integers may lose their last bits.
double dlp_array_value(const dlp_array *array, size_t index);

/// Stores the nearest value of the element type. Only for floating-point types.
void dlp_array_store(dlp_array *array, size_t index, double value);

/// Writes the type as models do, such as "f32[4, 3]".
void dlp_array_describe(const dlp_array *array, char *text, size_t size);

// MARK: Archives

/// Arrays with names, in the order of the file. It owns both; names are unique.
typedef struct dlp_archive {
  size_t count;
  char **names;
  dlp_array *arrays;
} dlp_archive;

/// Adds an array under the first `length` bytes of a name, and takes the array over, also where it fails.
bool dlp_archive_add(dlp_archive *archive, const char *name, size_t length, dlp_array array,
                     dlp_error *error);

/// The array with this name, or NULL. The archive keeps it.
dlp_array *dlp_archive_find(const dlp_archive *archive, const char *name);

void dlp_archive_destroy(dlp_archive *archive);

#ifdef __cplusplus
}
#endif
#endif
