#define _POSIX_C_SOURCE 200809L
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dlc_support.h"

static bool parse_integer(const char *name, const char *text, int64_t minimum, int64_t maximum,
                          int64_t *value, dlp_error *error) {
  char *end;
  errno = 0;
  *value = strtoll(text, &end, 10);
  if (end != text && *end == 0 && errno == 0 && *value >= minimum && *value <= maximum) return true;
  return dlp_fail(error, "%s needs an integer of %lld...%lld, not '%s'", name, (long long)minimum,
                  (long long)maximum, text);
}

/// Reads up to `room` finite numbers, separated by commas.
static bool parse_numbers(const char *name, const char *text, int room, int *count, double *values,
                          dlp_error *error) {
  const char *next = text;
  for (*count = 0; *count < room;) {
    char *end;
    values[(*count)++] = strtod(next, &end);
    if (end == next || !isfinite(values[*count - 1])) break;
    if (*end == 0) return true;
    if (*end != ',') break;
    next = end + 1;
  }
  return dlp_fail(error,
                  room == 1 ? "%s needs a number, not '%s'" : "%s needs numbers like 0.5,0.5,0.5, not '%s'",
                  name, text);
}

/// Options without a value.
static bool *find_flag(dlp_options *options, const char *name) {
  return strcmp(name, "--batch") == 0    ? &options->batch
         : strcmp(name, "--info") == 0   ? &options->info
         : strcmp(name, "--verify") == 0 ? &options->verify
         : strcmp(name, "--json") == 0   ? &options->json
         : strcmp(name, "--help") == 0   ? &options->help
         : strcmp(name, "-h") == 0       ? &options->help
                                         : NULL;
}

/// Options whose value is a path.
static const char **find_path(dlp_options *options, const char *name) {
  return strcmp(name, "--weights") == 0    ? &options->weights
         : strcmp(name, "--output") == 0   ? &options->output
         : strcmp(name, "-o") == 0         ? &options->output
         : strcmp(name, "--labels") == 0   ? &options->labels
         : strcmp(name, "--expect") == 0   ? &options->expect
         : strcmp(name, "--accuracy") == 0 ? &options->accuracy
         : strcmp(name, "--state") == 0    ? &options->state
                                           : NULL;
}

/// Appends NAME=VALUE to settings that have room for it.
static bool add_setting(dlp_setting *settings, size_t *count, const char *argument, const char *equal,
                        dlp_error *error) {
  char *name = strndup(argument, (size_t)(equal - argument));
  if (!name) return dlp_fail(error, "there is no memory for the arguments");
  settings[(*count)++] = (dlp_setting){name, equal + 1};
  return true;
}

static bool parse_dimension(dlp_options *options, const char *text, dlp_error *error) {
  const char *equal = strchr(text, '=');
  if (!equal || equal == text) return dlp_fail(error, "--dim needs NAME=VALUE, not '%s'", text);
  return add_setting(options->dimensions, &options->dimension_count, text, equal, error);
}

static bool is_value_option(const char *name) {
  static const char *const names[] = {"--threads",     "--repeat",     "--top",       "--tolerance", "--draw",
                                      "--image-scale", "--image-mean", "--image-std", "--dim"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

static bool parse_value(dlp_options *options, const char *name, const char *value, dlp_error *error) {
  dlp_scaling *scaling = &options->scaling;
  int count;
  if (strcmp(name, "--dim") == 0) return parse_dimension(options, value, error);
  if (strcmp(name, "--threads") == 0) return parse_integer(name, value, 1, 1024, &options->threads, error);
  if (strcmp(name, "--repeat") == 0) return parse_integer(name, value, 1, 1000000, &options->repeat, error);
  if (strcmp(name, "--top") == 0) return parse_integer(name, value, 1, 1000000, &options->top, error);
  if (strcmp(name, "--draw") == 0) return parse_integer(name, value, 1, 1000, &options->draw, error);
  if (strcmp(name, "--image-scale") == 0)
    return parse_numbers(name, value, 1, &count, &scaling->scale, error);
  if (strcmp(name, "--image-mean") == 0)
    return parse_numbers(name, value, 4, &scaling->mean_count, scaling->mean, error);
  if (strcmp(name, "--tolerance") == 0) {
    if (!parse_numbers(name, value, 1, &count, &options->tolerance, error)) return false;
    return options->tolerance >= 0 || dlp_fail(error, "--tolerance can't be negative");
  }
  if (!parse_numbers(name, value, 4, &scaling->deviation_count, scaling->deviation, error)) return false;
  for (int i = 0; i < scaling->deviation_count; i++)
    if (scaling->deviation[i] == 0) return dlp_fail(error, "--image-std can't be 0");
  return true;
}

/// Whether the argument is NAME=FILE. A path with "=" in it can be written with a "/" before.
static bool is_named(const char *argument) {
  size_t length = strcspn(argument, "=/");
  return length > 0 && argument[length] == '=';
}

static bool parse_positional(dlp_options *options, const dlc_model *model, const char *argument,
                             dlp_error *error) {
  dlp_setting *inputs = options->inputs;
  if (is_named(argument))
    return add_setting(inputs, &options->input_count, argument, strchr(argument, '='), error);
  if (!options->entry && options->input_count == 0 && dlc_model_entry(model, argument))
    options->entry = argument;
  else inputs[options->input_count++] = (dlp_setting){NULL, argument};
  return true;
}

static bool parse_option(dlp_options *options, char *name, char *value, bool *took_value, dlp_error *error) {
  const char **path = find_path(options, name);
  bool *flag = find_flag(options, name);
  *took_value = !flag;
  if (flag) return *flag = true;
  if (!path && !is_value_option(name)) return dlp_fail(error, "there is no option '%s': see --help", name);
  if (!value) return dlp_fail(error, "%s needs a value", name);
  if (!path) return parse_value(options, name, value, error);
  *path = value;
  return true;
}

bool dlp_options_parse(dlp_options *options, const dlc_model *model, int count, char **arguments,
                       dlp_error *error) {
  *options = (dlp_options){.threads = 1, .repeat = 1, .tolerance = 1e-5, .scaling = {.scale = 1.0 / 255}};
  // No more settings than arguments.
  options->inputs = calloc((size_t)count + 1, sizeof *options->inputs);
  options->dimensions = calloc((size_t)count + 1, sizeof *options->dimensions);
  if (!options->inputs || !options->dimensions)
    return dlp_fail(error, "there is no memory for the arguments");
  for (int i = 1; i < count; i++) {
    char *argument = arguments[i];
    bool took_value;
    if (argument[0] == '-' && argument[1] != 0) {
      if (!parse_option(options, argument, i + 1 < count ? arguments[i + 1] : NULL, &took_value, error))
        return false;
      i += took_value;
    } else if (!parse_positional(options, model, argument, error)) {
      return false;
    }
  }
  return true;
}

void dlp_options_destroy(dlp_options *options) {
  for (size_t i = 0; i < options->input_count; i++) free(options->inputs[i].name);
  for (size_t i = 0; i < options->dimension_count; i++) free(options->dimensions[i].name);
  free(options->inputs);
  free(options->dimensions);
  *options = (dlp_options){0};
}
