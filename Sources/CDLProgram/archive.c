#include <stdlib.h>
#include <string.h>

#include "dlp_array.h"

/// More than any model has inputs. Keeps the search for a name, which is linear, short.
enum { MAXIMUM_COUNT = 4096 };

static bool grow(dlp_archive *archive) {
  size_t count = archive->count;
  if (count & (count - 1)) return true;  // room for the next power of two is there
  size_t room = count > 0 ? 2 * count : 1;
  char **names = realloc(archive->names, room * sizeof *names);
  if (!names) return false;
  archive->names = names;
  dlp_array *arrays = realloc(archive->arrays, room * sizeof *arrays);
  if (!arrays) return false;
  archive->arrays = arrays;
  return true;
}

bool dlp_archive_add(dlp_archive *archive, const char *name, size_t length, dlp_array array,
                     dlp_error *error) {
  if (archive->count == MAXIMUM_COUNT) {
    dlp_array_destroy(&array);
    return dlp_fail(error, "there are more than %d tensors", MAXIMUM_COUNT);
  }
  char *copy = malloc(length + 1);
  if (!copy || !grow(archive)) {
    free(copy);
    dlp_array_destroy(&array);
    return dlp_fail(error, "there is no memory for the names of the tensors");
  }
  memcpy(copy, name, length);
  copy[length] = 0;
  if (dlp_archive_find(archive, copy)) {
    dlp_fail(error, "there are two tensors named '%s'", copy);
    free(copy);
    dlp_array_destroy(&array);
    return false;
  }
  archive->names[archive->count] = copy;
  archive->arrays[archive->count++] = array;
  return true;
}

dlp_array *dlp_archive_find(const dlp_archive *archive, const char *name) {
  for (size_t i = 0; i < archive->count; i++)
    if (strcmp(archive->names[i], name) == 0) return &archive->arrays[i];
  return NULL;
}

void dlp_archive_destroy(dlp_archive *archive) {
  for (size_t i = 0; i < archive->count; i++) {
    free(archive->names[i]);
    dlp_array_destroy(&archive->arrays[i]);
  }
  free(archive->names);
  free(archive->arrays);
  *archive = (dlp_archive){0};
}
