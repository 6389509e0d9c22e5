#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dlc_support.h"
#include "weights_file.h"

/// Larger weights are only checked on demand: a program should start in milliseconds.
static const uint64_t always_verified = (uint64_t)64 << 20;

enum { PATH_SIZE = 4096 };

static bool map(const dlc_model *model, const char *path, bool verify, dlp_mapping *mapping,
                const void **data, dlp_error *error) {
  if (!dlp_mapping_open(mapping, path, error)) return false;
  dlp_bytes bytes = mapping->bytes;
  if (!dlc_weights_check_header(model, bytes.start, bytes.size, bytes.size, error->text, sizeof error->text))
    return dlp_fail_in(error, path);
  *data = bytes.start + sizeof(dlc_weights_header);
  if (!verify && model->weights_size > always_verified) return true;
  return dlc_weights_check_data(model, *data, error->text, sizeof error->text) || dlp_fail_in(error, path);
}

/// The path of the running program without links, or what the caller knows.
static void find_program(const char *program, char *path) {
  ssize_t length = readlink("/proc/self/exe", path, PATH_SIZE - 1);
  if (length > 0) path[length] = 0;
  else snprintf(path, PATH_SIZE, "%s", program);
}

bool dlp_weights_open(const dlc_model *model, const char *path, const char *program, bool verify,
                      dlp_mapping *mapping, const void **data, dlp_error *error) {
  *data = model->weights;
  if (model->weights_size == 0 || (model->weights && !path)) {
    if (path) return dlp_fail(error, "%s: the model '%s' takes no weights", path, model->name);
    return true;
  }
  if (path) return map(model, path, verify, mapping, data, error);
  char self[PATH_SIZE], by_program[PATH_SIZE + 8], by_model[2 * PATH_SIZE];
  find_program(program, self);
  const char *slash = strrchr(self, '/');
  int folder = slash ? (int)(slash - self) + 1 : 0;
  snprintf(by_program, sizeof by_program, "%s.dlw", self);
  snprintf(by_model, sizeof by_model, "%.*s%s.dlw", folder, self, model->name);
  if (access(by_program, F_OK) == 0) return map(model, by_program, verify, mapping, data, error);
  if (access(by_model, F_OK) == 0) return map(model, by_model, verify, mapping, data, error);
  return dlp_fail(error, "there are no weights at %s: give them with --weights", by_program);
}
