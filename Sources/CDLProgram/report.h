// What the program says about a run.
#ifndef DLP_REPORT_H
#define DLP_REPORT_H

#include "options.h"

/// The outcome of all runs.
typedef struct dlp_outcome {
  const dlc_model *model;
  const dlc_entry *entry;
  const dlp_array *inputs, *outputs;
  int64_t rows;
  double load_seconds;    // from the start until the model was ready, without reading the inputs
  const double *seconds;  // of each run's own code, sorted
  int64_t runs;
  int threads;
} dlp_outcome;

/// Prints, writes, compares and counts as the options ask.
bool dlp_report(FILE *out, const dlp_options *options, const dlp_outcome *outcome, dlp_error *error);

#endif
