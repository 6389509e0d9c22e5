// Reading safetensors files: the size of a JSON header, the header, the data.
#include <stdlib.h>

#include "dlc_support.h"
#include "json.h"

static const struct {
  const char *name;
  int32_t type;
} types[] = {
    {"F64", DLC_F64}, {"F32", DLC_F32}, {"F16", DLC_F16}, {"BF16", DLC_BF16}, {"I64", DLC_I64},
    {"I32", DLC_I32}, {"I16", DLC_I16}, {"I8", DLC_I8},   {"U8", DLC_U8},     {"BOOL", DLC_BOOL},
};

/// What the header says of one tensor.
typedef struct description {
  bool has_type, has_shape, has_offsets;
  int32_t type, rank;
  int64_t extents[DLP_MAXIMUM_RANK];
  int64_t begin, end;
} description;

static bool malformed(dlp_error *error) {
  return dlp_fail(error, "the header of the safetensors file is malformed");
}

static bool equals(dlp_bytes bytes, const char *text) {
  return bytes.size == strlen(text) && memcmp(bytes.start, text, bytes.size) == 0;
}

static bool take_type(dlp_cursor *cursor, char *buffer, description *description, dlp_error *error) {
  dlp_bytes name;
  if (!dlp_json_string(cursor, buffer, &name) || name.size > 16) return malformed(error);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (equals(name, types[i].name)) {
      description->type = types[i].type;
      return description->has_type = true;
    }
  return dlp_fail(error, "elements of type '%.*s' are not supported", (int)name.size, name.start);
}

static bool take_shape(dlp_cursor *cursor, description *description, dlp_error *error) {
  description->has_shape = true;
  description->rank = 0;
  if (!dlp_json_token(cursor, '[')) return malformed(error);
  if (dlp_json_token(cursor, ']')) return true;
  do {
    if (description->rank == DLP_MAXIMUM_RANK)
      return dlp_fail(error, "a tensor has more than %d axes", DLP_MAXIMUM_RANK);
    if (!dlp_json_integer(cursor, &description->extents[description->rank++])) return malformed(error);
  } while (dlp_json_token(cursor, ','));
  return dlp_json_token(cursor, ']') || malformed(error);
}

static bool take_offsets(dlp_cursor *cursor, description *description, dlp_error *error) {
  description->has_offsets = dlp_json_token(cursor, '[') && dlp_json_integer(cursor, &description->begin) &&
                             dlp_json_token(cursor, ',') && dlp_json_integer(cursor, &description->end) &&
                             dlp_json_token(cursor, ']');
  return description->has_offsets || malformed(error);
}

static bool take_description(dlp_cursor *cursor, char *buffer, description *description, dlp_error *error) {
  if (!dlp_json_token(cursor, '{')) return malformed(error);
  do {
    dlp_bytes key;
    if (!dlp_json_string(cursor, buffer, &key) || !dlp_json_token(cursor, ':')) return malformed(error);
    bool fine = equals(key, "dtype")          ? take_type(cursor, buffer, description, error)
                : equals(key, "shape")        ? take_shape(cursor, description, error)
                : equals(key, "data_offsets") ? take_offsets(cursor, description, error)
                                              : dlp_json_skip(cursor, buffer) || malformed(error);
    if (!fine) return false;
  } while (dlp_json_token(cursor, ','));
  bool complete = description->has_type && description->has_shape && description->has_offsets;
  return (dlp_json_token(cursor, '}') && complete) || malformed(error);
}

/// Takes one tensor's member of the header and adds the tensor.
static bool take_tensor(dlp_cursor *cursor, char *buffer, dlp_bytes name, dlp_bytes data, uint64_t *total,
                        dlp_archive *archive, dlp_error *error) {
  description description = {0};
  dlp_array array;
  if (!take_description(cursor, buffer, &description, error)) return false;
  if (description.begin > description.end || (uint64_t)description.end > data.size)
    return dlp_fail(error, "the data of a tensor lie outside the safetensors file");
  uint64_t size = (uint64_t)(description.end - description.begin);
  // Tensors may not share bytes, else a small file could ask for memory without bound.
  if ((*total += size) > data.size) return dlp_fail(error, "the tensors of the safetensors file overlap");
  return dlp_array_copy(&array, description.type, description.rank, description.extents,
                        data.start + description.begin, (size_t)size, error) &&
         dlp_archive_add(archive, (const char *)name.start, name.size, array, error);
}

static bool take_tensors(dlp_cursor *cursor, char *names, char *buffer, dlp_bytes data, dlp_archive *archive,
                         dlp_error *error) {
  uint64_t total = 0;
  if (!dlp_json_token(cursor, '{')) return malformed(error);
  if (dlp_json_token(cursor, '}')) return true;
  do {
    dlp_bytes name;
    if (!dlp_json_string(cursor, names, &name) || !dlp_json_token(cursor, ':')) return malformed(error);
    bool fine = equals(name, "__metadata__")
                    ? dlp_json_skip(cursor, buffer) || malformed(error)
                    : take_tensor(cursor, buffer, name, data, &total, archive, error);
    if (!fine) return false;
  } while (dlp_json_token(cursor, ','));
  return dlp_json_token(cursor, '}') || malformed(error);
}

bool dlp_safetensors_read(dlp_bytes bytes, dlp_archive *archive, dlp_error *error) {
  *archive = (dlp_archive){0};
  dlp_cursor cursor = dlp_cursor_over(bytes);
  dlp_bytes length, text;
  if (!dlp_take(&cursor, 8, &length) || !dlp_take(&cursor, dlp_little(length.start, 8), &text))
    return dlp_fail(error, "the safetensors file ends within its header");
  char *buffers = malloc(2 * text.size + 1);
  if (!buffers) return dlp_fail(error, "there is no memory for the header of the safetensors file");
  dlp_bytes data = {cursor.next, dlp_cursor_left(&cursor)};
  dlp_cursor inside = dlp_cursor_over(text);
  bool fine = take_tensors(&inside, buffers, buffers + text.size, data, archive, error);
  free(buffers);
  if (!fine) dlp_archive_destroy(archive);
  return fine;
}
