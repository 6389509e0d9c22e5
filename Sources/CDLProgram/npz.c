// Reading ZIP files of arrays.
// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
#include <stdlib.h>

#include "cursor.h"

enum { STORED = 0, DEFLATED = 8, END_SIZE = 22, ENTRY_SIZE = 46, LOCAL_SIZE = 30, MAXIMUM_COMMENT = 65535 };

/// One file of the central directory.
typedef struct member {
  unsigned flags, method;
  uint32_t crc, compressed, expanded, offset;
  dlp_bytes name;
} member;

static bool malformed(dlp_error *error) { return dlp_fail(error, "the ZIP file is malformed"); }

/// The record at the end, which leads to the central directory; NULL where there is none.
static const unsigned char *find_end(dlp_bytes bytes) {
  if (bytes.size < END_SIZE) return NULL;
  for (size_t comment = 0; comment <= MAXIMUM_COMMENT && comment <= bytes.size - END_SIZE; comment++) {
    const unsigned char *end = bytes.start + bytes.size - END_SIZE - comment;
    if (memcmp(end, "PK\5\6", 4) == 0 && dlp_little(end + 20, 2) == comment) return end;
  }
  return NULL;
}

static bool take_member(dlp_cursor *directory, member *member) {
  dlp_bytes fixed, rest;
  if (!dlp_take(directory, ENTRY_SIZE, &fixed) || memcmp(fixed.start, "PK\1\2", 4) != 0) return false;
  member->flags = (unsigned)dlp_little(fixed.start + 8, 2);
  member->method = (unsigned)dlp_little(fixed.start + 10, 2);
  member->crc = (uint32_t)dlp_little(fixed.start + 16, 4);
  member->compressed = (uint32_t)dlp_little(fixed.start + 20, 4);
  member->expanded = (uint32_t)dlp_little(fixed.start + 24, 4);
  member->offset = (uint32_t)dlp_little(fixed.start + 42, 4);
  return dlp_take(directory, dlp_little(fixed.start + 28, 2), &member->name) &&
         dlp_take(directory, dlp_little(fixed.start + 30, 2) + dlp_little(fixed.start + 32, 2), &rest);
}

/// The stored bytes of a member, which follow its local header.
static bool find_data(dlp_bytes bytes, const member *member, dlp_bytes *data) {
  if (member->offset > bytes.size) return false;
  dlp_cursor cursor = dlp_cursor_over((dlp_bytes){bytes.start + member->offset, bytes.size - member->offset});
  dlp_bytes fixed, names;
  return dlp_take(&cursor, LOCAL_SIZE, &fixed) && memcmp(fixed.start, "PK\3\4", 4) == 0 &&
         dlp_take(&cursor, dlp_little(fixed.start + 26, 2) + dlp_little(fixed.start + 28, 2), &names) &&
         dlp_take(&cursor, member->compressed, data);
}

static bool expand(dlp_bytes data, const member *member, dlp_array *array, dlp_error *error) {
  if (!dlp_inflate_plausible(data.size, member->expanded)) return malformed(error);
  unsigned char *expanded = malloc((size_t)member->expanded + 1);
  if (!expanded) return dlp_fail(error, "there is no memory for %u bytes", member->expanded);
  dlp_bytes bytes = {expanded, member->expanded};
  size_t consumed;
  bool fine = dlp_inflate(data, expanded, member->expanded, &consumed, error);
  if (fine && dlp_crc32(0, bytes) != member->crc) fine = dlp_fail(error, "the data are damaged");
  fine = fine && dlp_npy_read(bytes, array, error);
  free(expanded);
  return fine;
}

static bool read_member(dlp_bytes bytes, const member *member, dlp_array *array, dlp_error *error) {
  dlp_bytes data;
  if (member->flags & 1) return dlp_fail(error, "the file is encrypted");
  if (member->compressed == UINT32_MAX || member->expanded == UINT32_MAX || member->offset == UINT32_MAX)
    return dlp_fail(error, "arrays of 4 GiB and more are not supported");
  if (!find_data(bytes, member, &data)) return malformed(error);
  if (member->method == DEFLATED) return expand(data, member, array, error);
  if (member->method != STORED)
    return dlp_fail(error, "the compression method %u is not supported", member->method);
  if (member->compressed != member->expanded) return malformed(error);
  if (dlp_crc32(0, data) != member->crc) return dlp_fail(error, "the data are damaged");
  return dlp_npy_read(data, array, error);
}

/// Drops the extension .npy, which NumPy adds to a name.
static size_t name_length(dlp_bytes name) {
  bool has_extension = name.size > 4 && memcmp(name.start + name.size - 4, ".npy", 4) == 0;
  return has_extension ? name.size - 4 : name.size;
}

static bool read_members(dlp_bytes bytes, dlp_cursor directory, uint64_t count, dlp_archive *archive,
                         dlp_error *error) {
  // Members may not share bytes, else a small file could expand without bound.
  uint64_t total = 0;
  while (count-- > 0) {
    member member;
    dlp_array array = {0};
    if (!take_member(&directory, &member)) return malformed(error);
    total += member.compressed;
    if (total > bytes.size) return malformed(error);
    size_t length = name_length(member.name);
    if (!read_member(bytes, &member, &array, error)) {
      char name[200];
      size_t kept = length < sizeof name ? length : sizeof name - 1;
      memcpy(name, member.name.start, kept);
      name[kept] = 0;
      return dlp_fail_in(error, name);
    }
    if (!dlp_archive_add(archive, (const char *)member.name.start, length, array, error)) return false;
  }
  return true;
}

bool dlp_npz_read(dlp_bytes bytes, dlp_archive *archive, dlp_error *error) {
  *archive = (dlp_archive){0};
  const unsigned char *end = find_end(bytes);
  if (!end) return dlp_fail(error, "this is not a ZIP file, or its end is missing");
  uint64_t count = dlp_little(end + 10, 2), size = dlp_little(end + 12, 4), offset = dlp_little(end + 16, 4);
  if (offset > bytes.size || size > bytes.size - offset) return malformed(error);
  dlp_cursor directory = dlp_cursor_over((dlp_bytes){bytes.start + offset, (size_t)size});
  if (read_members(bytes, directory, count, archive, error)) return true;
  dlp_archive_destroy(archive);
  return false;
}
