#define _POSIX_C_SOURCE 200809L
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(dlp_error *error, const char *path, const char *what) {
  return dlp_fail(error, "%s: %s: %s", path, what, strerror(errno));
}

static bool map(int descriptor, dlp_mapping *mapping, const char *path, dlp_error *error) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return refuse(error, path, "can't be read");
  if (!S_ISREG(status.st_mode)) return dlp_fail(error, "%s: is not a regular file", path);
  if (status.st_size == 0) return true;  // nothing to map
  void *start = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (start == MAP_FAILED) return refuse(error, path, "can't be mapped");
  mapping->bytes = (dlp_bytes){start, (size_t)status.st_size};
  return true;
}

bool dlp_mapping_open(dlp_mapping *mapping, const char *path, dlp_error *error) {
  static const unsigned char nothing[1];
  *mapping = (dlp_mapping){{nothing, 0}};
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return refuse(error, path, "can't be opened");
  bool fine = map(descriptor, mapping, path, error);
  close(descriptor);
  return fine;
}

void dlp_mapping_close(dlp_mapping *mapping) {
  if (mapping->bytes.size > 0) munmap((void *)mapping->bytes.start, mapping->bytes.size);
  *mapping = (dlp_mapping){{0}};
}

bool dlp_output_open(dlp_output *output, const char *path, dlp_error *error) {
  *output = (dlp_output){.path = path};
  size_t length = strlen(path);
  output->temporary = malloc(length + 8);
  if (!output->temporary) return dlp_fail(error, "%s: there is no memory for the name", path);
  memcpy(output->temporary, path, length);
  memcpy(output->temporary + length, ".XXXXXX", 8);
  int descriptor = mkstemp(output->temporary);
  if (descriptor < 0) {
    free(output->temporary);
    return refuse(error, path, "can't be written");
  }
  // What a newly made file may be under the user's mask, which can only be read by setting it.
  mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor, 0666 & ~mask);
  output->file = fdopen(descriptor, "wb");
  if (output->file) return true;
  close(descriptor);
  unlink(output->temporary);
  free(output->temporary);
  return refuse(error, path, "can't be written");
}

bool dlp_output_commit(dlp_output *output, dlp_error *error) {
  bool fine = fflush(output->file) == 0 && !ferror(output->file);
  fine = fclose(output->file) == 0 && fine;
  fine = fine && rename(output->temporary, output->path) == 0;
  if (!fine) {
    refuse(error, output->path, "can't be written");
    unlink(output->temporary);
  }
  free(output->temporary);
  return fine;
}

void dlp_output_discard(dlp_output *output) {
  fclose(output->file);
  unlink(output->temporary);
  free(output->temporary);
}
