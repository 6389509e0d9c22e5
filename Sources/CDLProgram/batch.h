// Inputs with more rows than an entry takes at once, run in parts.
#ifndef DLP_BATCH_H
#define DLP_BATCH_H

#include "session.h"

/// How the rows of the inputs are divided.
typedef struct dlp_plan {
  int64_t rows;     // of all parts
  int64_t part;     // rows of one part at most
  int64_t minimum;  // rows that the entry needs; a smaller last part repeats its last row
  bool stacked;     // each row is a whole input: the files have one axis more
  bool *divided;    // for each input: whether it has rows, or goes to every part whole
} dlp_plan;

/// Finds the input with more rows than the entry takes, and those with the same leading dimension. Without
/// such an input all goes into one part. Destroy the plan in any case.
bool dlp_plan_make(dlp_plan *plan, const dlc_entry *entry, const dlp_array *inputs, dlp_error *error);

/// The plan of a call without rows.
bool dlp_plan_single(dlp_plan *plan, const dlc_entry *entry, dlp_error *error);

void dlp_plan_destroy(dlp_plan *plan);

/// Runs all parts and puts the rows of their outputs together in `outputs`, which must be empty arrays.
/// States are set to zero before every part but the first.
bool dlp_plan_run(const dlp_plan *plan, dlp_session *session, const dlp_array *inputs,
                  const int64_t *demanded, dlp_array *outputs, double *seconds, dlp_error *error);

#endif
