// Reading .npy files.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "cursor.h"

static const struct {
  const char *name;
  int32_t type;
} types[] = {
    {"<f8", DLC_F64},  {"<f4", DLC_F32}, {"<f2", DLC_F16},  {"<V2", DLC_BF16},
    {"|V2", DLC_BF16}, {"<i8", DLC_I64}, {"<i4", DLC_I32},  {"<i2", DLC_I16},
    {"|i1", DLC_I8},   {"|u1", DLC_U8},  {"|b1", DLC_BOOL},
};

typedef struct header {
  bool has_type, has_order, has_shape;
  int32_t type, rank;
  int64_t extents[DLP_MAXIMUM_RANK];
} header;

/// Takes a quoted string without escapes.
static bool take_string(dlp_cursor *cursor, dlp_bytes *string) {
  char quote = dlp_accept(cursor, '\'') ? '\'' : dlp_accept(cursor, '"') ? '"' : 0;
  if (!quote) return false;
  const unsigned char *end = memchr(cursor->next, quote, dlp_cursor_left(cursor));
  if (!end) return false;
  *string = (dlp_bytes){cursor->next, (size_t)(end - cursor->next)};
  cursor->next = end + 1;
  return true;
}

static bool equals(dlp_bytes bytes, const char *text) {
  return bytes.size == strlen(text) && memcmp(bytes.start, text, bytes.size) == 0;
}

static bool malformed(dlp_error *error) {
  return dlp_fail(error, "the header of the .npy file is malformed");
}

static bool take_type(dlp_cursor *cursor, header *header, dlp_error *error) {
  dlp_bytes name;
  if (!take_string(cursor, &name)) return dlp_fail(error, "the array has elements of several fields");
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (equals(name, types[i].name)) {
      header->type = types[i].type;
      return header->has_type = true;
    }
  if (name.size > 16) return malformed(error);
  return dlp_fail(error, "elements of NumPy's type '%.*s' are not supported", (int)name.size, name.start);
}

static bool take_order(dlp_cursor *cursor, header *header, dlp_error *error) {
  if (dlp_accept_word(cursor, "True"))
    return dlp_fail(error, "the array is in Fortran order: save numpy.ascontiguousarray of it");
  header->has_order = dlp_accept_word(cursor, "False");
  return header->has_order || malformed(error);
}

static bool take_shape(dlp_cursor *cursor, header *header, dlp_error *error) {
  header->rank = 0;
  header->has_shape = true;
  if (!dlp_accept(cursor, '(')) return malformed(error);
  for (dlp_skip_space(cursor); !dlp_accept(cursor, ')'); dlp_skip_space(cursor)) {
    if (header->rank == DLP_MAXIMUM_RANK)
      return dlp_fail(error, "the array has more than %d axes", DLP_MAXIMUM_RANK);
    if (!dlp_take_integer(cursor, &header->extents[header->rank++])) return malformed(error);
    dlp_skip_space(cursor);
    if (!dlp_accept(cursor, ',') && dlp_peek(cursor) != ')') return malformed(error);
  }
  return true;
}

/// Takes the Python dictionary that describes the array.
static bool take_header(dlp_cursor *cursor, header *header, dlp_error *error) {
  dlp_skip_space(cursor);
  if (!dlp_accept(cursor, '{')) return malformed(error);
  for (dlp_skip_space(cursor); !dlp_accept(cursor, '}'); dlp_skip_space(cursor)) {
    dlp_bytes key;
    if (!take_string(cursor, &key)) return malformed(error);
    dlp_skip_space(cursor);
    if (!dlp_accept(cursor, ':')) return malformed(error);
    dlp_skip_space(cursor);
    bool fine = equals(key, "descr")           ? take_type(cursor, header, error)
                : equals(key, "fortran_order") ? take_order(cursor, header, error)
                : equals(key, "shape")         ? take_shape(cursor, header, error)
                                               : malformed(error);
    if (!fine) return false;
    dlp_skip_space(cursor);
    if (!dlp_accept(cursor, ',') && dlp_peek(cursor) != '}') return malformed(error);
  }
  return (header->has_type && header->has_order && header->has_shape) || malformed(error);
}

bool dlp_npy_read(dlp_bytes bytes, dlp_array *array, dlp_error *error) {
  *array = (dlp_array){0};
  dlp_cursor cursor = dlp_cursor_over(bytes);
  dlp_bytes version, length, text;
  if (!dlp_accept_word(&cursor, "\x93NUMPY")) return dlp_fail(error, "this is not a .npy file");
  if (!dlp_take(&cursor, 2, &version) || version.start[0] < 1 || version.start[0] > 3)
    return dlp_fail(error, "the .npy file has an unknown version");
  int size = version.start[0] == 1 ? 2 : 4;
  if (!dlp_take(&cursor, (uint64_t)size, &length) ||
      !dlp_take(&cursor, dlp_little(length.start, size), &text))
    return dlp_fail(error, "the .npy file ends within its header");
  header header = {0};
  dlp_cursor inside = dlp_cursor_over(text);
  if (!take_header(&inside, &header, error)) return false;
  return dlp_array_copy(array, header.type, header.rank, header.extents, cursor.next,
                        dlp_cursor_left(&cursor), error);
}
