// What the command line asks for.
#ifndef DLP_OPTIONS_H
#define DLP_OPTIONS_H

#include <stdio.h>

#include "dlp_formats.h"

/// A file given as an input, or a value given to a symbol.
typedef struct dlp_setting {
  char *name;  // NULL: by its position
  const char *value;
} dlp_setting;

typedef struct dlp_options {
  const char *entry;
  size_t input_count, dimension_count;
  dlp_setting *inputs, *dimensions;
  const char *weights, *output, *labels, *expect, *accuracy, *state;
  double tolerance;
  int64_t threads, repeat, top, draw;
  bool batch, info, help, verify, json;
  dlp_scaling scaling;
} dlp_options;

/// Reads the arguments; the first that is no option and names an entry of the model is the entry. Strings
/// point into `arguments`. Destroy the options in any case.
bool dlp_options_parse(dlp_options *options, const dlc_model *model, int count, char **arguments,
                       dlp_error *error);

void dlp_options_destroy(dlp_options *options);

/// Prints how to call the program.
void dlp_help(FILE *out, const dlc_model *model, const char *program);

#endif
