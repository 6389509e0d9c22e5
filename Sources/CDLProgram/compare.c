#include "compare.h"

#include <math.h>
#include <string.h>

#include "inputs.h"

/// How far apart two values are; NaN is equal to NaN only.
static double difference(double found, double expected) {
  if (isnan(found) && isnan(expected)) return 0;
  if (isnan(found) || isnan(expected)) return (double)INFINITY;
  if (found == expected) return 0;
  if (isinf(found) || isinf(expected)) return (double)INFINITY;
  return fabs(found - expected) / fmax(1, fabs(expected));
}

static bool compare(const char *name, const dlp_array *output, const dlp_array *expected, double tolerance,
                    double *greatest, dlp_error *error) {
  if (output->type != expected->type || output->rank != expected->rank ||
      memcmp(output->extents, expected->extents, sizeof output->extents) != 0) {
    char found_type[256], expected_type[256];
    dlp_array_describe(output, found_type, sizeof found_type);
    dlp_array_describe(expected, expected_type, sizeof expected_type);
    return dlp_fail(error, "output '%s' is %s, but the file has %s", name, found_type, expected_type);
  }
  size_t worst = 0, above = 0;
  double here = 0;
  for (size_t i = 0; i < dlp_array_count(output); i++) {
    double apart = difference(dlp_array_value(output, i), dlp_array_value(expected, i));
    above += apart > tolerance;
    if (apart > here) here = apart, worst = i;
  }
  if (here > *greatest) *greatest = here;
  if (above == 0) return true;
  return dlp_fail(
      error,
      "output '%s' differs in %zu of %zu elements: most at index %zu, where it is %.9g instead of %.9g", name,
      above, dlp_array_count(output), worst, dlp_array_value(output, worst),
      dlp_array_value(expected, worst));
}

static int32_t find_output(const dlc_entry *entry, const char *name) {
  for (int32_t i = 0; i < entry->output_count; i++)
    if (*name == 0 || strcmp(entry->outputs[i].name, name) == 0) return i;
  return -1;
}

bool dlp_compare(const dlc_entry *entry, const dlp_array *outputs, const char *path, double tolerance,
                 double *greatest, dlp_error *error) {
  dlp_archive archive;
  if (!dlp_archive_load(&archive, path, error)) return false;
  bool fine = archive.count > 0 || dlp_fail(error, "there is nothing to compare with");
  *greatest = 0;
  for (size_t i = 0; i < archive.count && fine; i++) {
    int32_t index = find_output(entry, archive.names[i]);
    fine = index < 0 ? dlp_fail(error, "'%s' has no output '%s'", entry->name, archive.names[i])
                     : compare(entry->outputs[index].name, &outputs[index], &archive.arrays[i], tolerance,
                               greatest, error);
  }
  dlp_archive_destroy(&archive);
  return fine || dlp_fail_in(error, path);
}
