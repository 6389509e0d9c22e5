// Writing arrays: the bytes around the data of each format.
#include <stdlib.h>

#include "dlc_support.h"
#include "file.h"
#include "json.h"

static const char *npy_type(int32_t type) {
  static const char *const names[] = {
      [DLC_F64] = "<f8", [DLC_F32] = "<f4", [DLC_F16] = "<f2", [DLC_BF16] = "<V2", [DLC_I64] = "<i8",
      [DLC_I32] = "<i4", [DLC_I16] = "<i2", [DLC_I8] = "|i1",  [DLC_U8] = "|u1",   [DLC_BOOL] = "|b1"};
  return names[type];
}

static const char *safetensors_type(int32_t type) {
  static const char *const names[] = {
      [DLC_F64] = "F64", [DLC_F32] = "F32", [DLC_F16] = "F16", [DLC_BF16] = "BF16", [DLC_I64] = "I64",
      [DLC_I32] = "I32", [DLC_I16] = "I16", [DLC_I8] = "I8",   [DLC_U8] = "U8",     [DLC_BOOL] = "BOOL"};
  return names[type];
}

static void put_little(unsigned char *bytes, uint64_t value, int size) {
  for (int i = 0; i < size; i++) bytes[i] = (unsigned char)(value >> 8 * i);
}

/// The longest header of a .npy file with the rank that arrays may have, a multiple of 64.
enum { NPY_HEADER = 512 };

/// Writes magic, version and description to `header`; returns its size, a multiple of 64.
static size_t npy_header(const dlp_array *array, char *header) {
  char *text = header + 10;
  size_t room = NPY_HEADER - 10;
  int used =
      snprintf(text, room, "{'descr': '%s', 'fortran_order': False, 'shape': (", npy_type(array->type));
  for (int32_t axis = 0; axis < array->rank; axis++)
    used += snprintf(text + used, room - (size_t)used, axis + 1 < array->rank ? "%lld, " : "%lld%s",
                     (long long)array->extents[axis], array->rank == 1 ? "," : "");
  used += snprintf(text + used, room - (size_t)used, "), }");
  size_t size = ((size_t)used + 11 + 63) / 64 * 64;
  memset(text + used, ' ', size - 10 - (size_t)used);
  header[size - 1] = '\n';
  memcpy(header, "\x93NUMPY\1\0", 8);
  put_little((unsigned char *)header + 8, size - 10, 2);
  return size;
}

static bool write_npy(FILE *file, size_t count, const char *const *names, const dlp_array *arrays,
                      dlp_error *error) {
  char header[NPY_HEADER];
  (void)names;
  if (count != 1)
    return dlp_fail(error, "a .npy file holds one array, not %zu: write .npz or .safetensors", count);
  fwrite(header, 1, npy_header(arrays, header), file);
  fwrite(arrays->data, 1, arrays->bytes, file);
  return true;
}

/// What the local and the central header of a ZIP member share, from the version on: 26 bytes.
static void zip_fields(unsigned char *fields, uint32_t crc, size_t size, size_t name_length) {
  memset(fields, 0, 26);
  put_little(fields, 20, 2);        // the version needed
  put_little(fields + 8, 0x21, 2);  // 1 January 1980: the same bytes at every time
  put_little(fields + 10, crc, 4);
  put_little(fields + 14, size, 4);  // compressed
  put_little(fields + 18, size, 4);  // expanded
  put_little(fields + 22, name_length, 2);
}

static void write_member_name(FILE *file, const char *name) { fprintf(file, "%s.npy", name); }

static bool write_npz(FILE *file, size_t count, const char *const *names, const dlp_array *arrays,
                      dlp_error *error) {
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) total += arrays[i].bytes + 2 * strlen(names[i]) + 1024;
  if (total > UINT32_MAX || count > UINT16_MAX)
    return dlp_fail(error, "a .npz file of 4 GiB and more is not supported: write .safetensors");
  unsigned char *entries = malloc(46 * count + 1);
  if (!entries) return dlp_fail(error, "there is no memory for the directory of the .npz file");
  size_t offset = 0, directory = 0;
  for (size_t i = 0; i < count; i++) {
    char header[NPY_HEADER];
    size_t header_size = npy_header(&arrays[i], header), name_length = strlen(names[i]) + 4;
    size_t size = header_size + arrays[i].bytes;
    uint32_t crc = dlp_crc32(0, (dlp_bytes){(const unsigned char *)header, header_size});
    crc = dlp_crc32(crc, (dlp_bytes){arrays[i].data, arrays[i].bytes});
    unsigned char local[30] = "PK\3\4", *entry = entries + 46 * i;
    zip_fields(local + 4, crc, size, name_length);
    memset(entry, 0, 46);
    memcpy(entry, "PK\1\2\24", 5);
    zip_fields(entry + 6, crc, size, name_length);
    put_little(entry + 42, offset, 4);
    fwrite(local, 1, sizeof local, file);
    write_member_name(file, names[i]);
    fwrite(header, 1, header_size, file);
    fwrite(arrays[i].data, 1, arrays[i].bytes, file);
    offset += sizeof local + name_length + size;
    directory += 46 + name_length;
  }
  for (size_t i = 0; i < count; i++) {
    fwrite(entries + 46 * i, 1, 46, file);
    write_member_name(file, names[i]);
  }
  free(entries);
  unsigned char end[22] = "PK\5\6";
  put_little(end + 8, count, 2);
  put_little(end + 10, count, 2);
  put_little(end + 12, directory, 4);
  put_little(end + 16, offset, 4);
  fwrite(end, 1, sizeof end, file);
  return true;
}

static void write_safetensors_header(FILE *file, size_t count, const char *const *names,
                                     const dlp_array *arrays) {
  size_t offset = 0;
  fputc('{', file);
  for (size_t i = 0; i < count; i++) {
    const dlp_array *array = &arrays[i];
    if (i > 0) fputc(',', file);
    dlp_json_write_string(file, names[i]);
    fprintf(file, ":{\"dtype\":\"%s\",\"shape\":[", safetensors_type(array->type));
    for (int32_t axis = 0; axis < array->rank; axis++)
      fprintf(file, "%s%lld", axis > 0 ? "," : "", (long long)array->extents[axis]);
    fprintf(file, "],\"data_offsets\":[%zu,%zu]}", offset, offset + array->bytes);
    offset += array->bytes;
  }
  fputc('}', file);
}

static bool write_safetensors(FILE *file, size_t count, const char *const *names, const dlp_array *arrays,
                              dlp_error *error) {
  // The size of the header comes first: leave room for it, and fill it in at the end.
  unsigned char length[8] = {0};
  fwrite(length, 1, sizeof length, file);
  write_safetensors_header(file, count, names, arrays);
  long end = ftell(file);
  if (end < 0) return dlp_fail(error, "the size of the file can't be found");
  for (; end % 8 != 0; end++) fputc(' ', file);
  for (size_t i = 0; i < count; i++) fwrite(arrays[i].data, 1, arrays[i].bytes, file);
  put_little(length, (uint64_t)end - 8, 8);
  if (fseek(file, 0, SEEK_SET) != 0) return dlp_fail(error, "the header of the file can't be written");
  fwrite(length, 1, sizeof length, file);
  return true;
}

bool dlp_arrays_write(const char *path, size_t count, const char *const *names, const dlp_array *arrays,
                      dlp_error *error) {
  const char *extension = strrchr(path, '.');
  if (!extension) extension = "";
  bool (*write)(FILE *, size_t, const char *const *, const dlp_array *, dlp_error *) =
      strcmp(extension, ".npy") == 0           ? write_npy
      : strcmp(extension, ".npz") == 0         ? write_npz
      : strcmp(extension, ".safetensors") == 0 ? write_safetensors
                                               : NULL;
  if (!write) {
    dlp_fail(error, "the extension must be .npy, .npz or .safetensors");
    return dlp_fail_in(error, path);
  }
  dlp_output output;
  if (!dlp_output_open(&output, path, error)) return false;
  if (write(output.file, count, names, arrays, error)) return dlp_output_commit(&output, error);
  dlp_output_discard(&output);
  return dlp_fail_in(error, path);
}
