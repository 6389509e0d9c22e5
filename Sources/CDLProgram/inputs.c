#include "inputs.h"

#include <stdlib.h>
#include <string.h>

#include "dlc_support.h"

static bool starts_with(dlp_bytes bytes, const char *magic, size_t size) {
  return bytes.size >= size && memcmp(bytes.start, magic, size) == 0;
}

static bool is_png(dlp_bytes bytes) { return starts_with(bytes, "\x89PNG", 4); }

static bool is_pnm(dlp_bytes bytes) {
  // The length that a safetensors file begins with could be "P5" too, but never with white space after it.
  return bytes.size > 2 && bytes.start[0] == 'P' && bytes.start[1] != 0 && strchr("2356", bytes.start[1]) &&
         bytes.start[2] != 0 && strchr(" \t\r\n#", bytes.start[2]);
}

static bool read_single(dlp_bytes bytes, dlp_archive *archive, dlp_error *error) {
  dlp_array array;
  *archive = (dlp_archive){0};
  return dlp_npy_read(bytes, &array, error) && dlp_archive_add(archive, "", 0, array, error);
}

/// Reads arrays in the format that the first bytes show.
static bool read_archive(dlp_bytes bytes, dlp_archive *archive, dlp_error *error) {
  if (starts_with(bytes, "\x93NUMPY", 6)) return read_single(bytes, archive, error);
  if (starts_with(bytes, "PK\3\4", 4) || starts_with(bytes, "PK\5\6", 4))
    return dlp_npz_read(bytes, archive, error);
  if (bytes.size > 8 && bytes.start[8] == '{') return dlp_safetensors_read(bytes, archive, error);
  return dlp_fail(error, "this is not a .npy, .npz, .safetensors, .png, .pgm or .ppm file");
}

bool dlp_archive_load(dlp_archive *archive, const char *path, dlp_error *error) {
  dlp_mapping mapping;
  if (!dlp_mapping_open(&mapping, path, error)) return false;
  bool fine = read_archive(mapping.bytes, archive, error);
  dlp_mapping_close(&mapping);
  return fine || dlp_fail_in(error, path);
}

static int32_t find_input(const dlc_entry *entry, const char *name) {
  for (int32_t i = 0; i < entry->input_count; i++)
    if (strcmp(entry->inputs[i].name, name) == 0) return i;
  return -1;
}

/// Moves an array into an input that has none yet.
static bool give(const dlc_entry *entry, int32_t index, dlp_array *array, dlp_array *inputs,
                 dlp_error *error) {
  if (inputs[index].data) return dlp_fail(error, "input '%s' is given twice", entry->inputs[index].name);
  inputs[index] = *array;
  *array = (dlp_array){0};
  return true;
}

/// Adds the rows of `array` after those of `rows`; the other extents must be equal.
static bool append_rows(dlp_array *rows, const dlp_array *array, dlp_error *error) {
  if (memcmp(rows->extents + 1, array->extents + 1, sizeof rows->extents - sizeof *rows->extents) != 0)
    return dlp_fail(error, "the images have different sizes");
  int64_t extents[DLP_MAXIMUM_RANK];
  memcpy(extents, rows->extents, sizeof extents);
  extents[0] += array->extents[0];
  dlp_array sum;
  if (!dlp_array_create(&sum, rows->type, rows->rank, extents, error)) return false;
  memcpy(sum.data, rows->data, rows->bytes);
  memcpy((char *)sum.data + rows->bytes, array->data, array->bytes);
  dlp_array_destroy(rows);
  *rows = sum;
  return true;
}

static bool load_image(const dlc_entry *entry, int32_t index, const dlp_options *options, dlp_bytes bytes,
                       dlp_array *inputs, dlp_error *error) {
  dlp_image image;
  dlp_array array;
  if (!(is_png(bytes) ? dlp_png_read(bytes, &image, error) : dlp_pnm_read(bytes, &image, error)))
    return false;
  bool fine = dlp_image_to_array(&image, &entry->inputs[index], &options->scaling, &array, error);
  dlp_image_destroy(&image);
  if (!fine) return false;
  if (options->batch && inputs[index].data && array.rank > 3)
    fine = append_rows(&inputs[index], &array, error);
  else fine = give(entry, index, &array, inputs, error);
  dlp_array_destroy(&array);
  return fine;
}

/// Gives the input that was named the only array of the file, or the one with the input's name.
static bool give_named(const dlc_entry *entry, int32_t index, dlp_archive *archive, dlp_array *inputs,
                       dlp_error *error) {
  const char *name = entry->inputs[index].name;
  dlp_array *array = archive->count == 1 ? archive->arrays : dlp_archive_find(archive, name);
  if (!array) return dlp_fail(error, "there is no array '%s' in the file", name);
  return give(entry, index, array, inputs, error);
}

/// Gives every input whose name is in the file its array.
static bool give_all(const dlc_entry *entry, dlp_archive *archive, dlp_array *inputs, dlp_error *error) {
  int given = 0;
  for (int32_t i = 0; i < entry->input_count; i++) {
    dlp_array *array = dlp_archive_find(archive, entry->inputs[i].name);
    if (!array) continue;
    if (!give(entry, i, array, inputs, error)) return false;
    given++;
  }
  return given > 0 || dlp_fail(error, "no array in the file has the name of an input");
}

static bool load_arrays(const dlc_entry *entry, int32_t index, bool by_name, dlp_bytes bytes,
                        dlp_array *inputs, dlp_error *error) {
  dlp_archive archive;
  if (!read_archive(bytes, &archive, error)) return false;
  bool single = archive.count == 1 && archive.names[0][0] == 0;
  bool fine = by_name || single ? give_named(entry, index, &archive, inputs, error)
                                : give_all(entry, &archive, inputs, error);
  dlp_archive_destroy(&archive);
  return fine;
}

/// The input for the next file without a name: the first that has none. For an image of a batch, the first.
static int32_t next_input(const dlc_entry *entry, const dlp_options *options, const dlp_array *inputs) {
  for (int32_t i = 0; i < entry->input_count; i++)
    if (!inputs[i].data) return i;
  return options->batch && entry->input_count == 1 ? 0 : -1;
}

static bool load_file(const dlc_entry *entry, const dlp_options *options, const dlp_setting *setting,
                      dlp_bytes bytes, dlp_array *inputs, dlp_error *error) {
  int32_t index = setting->name ? find_input(entry, setting->name) : next_input(entry, options, inputs);
  if (index < 0 && setting->name)
    return dlp_fail(error, "'%s' has no input '%s'", entry->name, setting->name);
  if (index < 0)
    return dlp_fail(error, "'%s' has %d inputs, and all are given", entry->name, entry->input_count);
  return is_png(bytes) || is_pnm(bytes)
             ? load_image(entry, index, options, bytes, inputs, error)
             : load_arrays(entry, index, setting->name != NULL, bytes, inputs, error);
}

bool dlp_inputs_load(const dlc_entry *entry, const dlp_options *options, dlp_array *inputs,
                     dlp_error *error) {
  for (size_t i = 0; i < options->input_count; i++) {
    const dlp_setting *setting = &options->inputs[i];
    dlp_mapping mapping;
    if (!dlp_mapping_open(&mapping, setting->value, error)) return false;
    bool fine = load_file(entry, options, setting, mapping.bytes, inputs, error);
    dlp_mapping_close(&mapping);
    if (!fine) return dlp_fail_in(error, setting->value);
  }
  for (int32_t i = 0; i < entry->input_count; i++)
    if (!inputs[i].data) {
      char type[512];
      dlc_tensor_describe(entry, &entry->inputs[i], type, sizeof type);
      return dlp_fail(error, "input '%s' of '%s' is missing: give a file with %s", entry->inputs[i].name,
                      entry->name, type);
    }
  return true;
}
