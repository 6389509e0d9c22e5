// Outputs compared with a file.
#ifndef DLP_COMPARE_H
#define DLP_COMPARE_H

#include "dlp_array.h"

/// Checks that every array of the file is the output of its name (a .npy file: the first output), up to
/// `tolerance` times the larger of 1 and the expected value. Sets `greatest` to the greatest difference in
/// that measure.
bool dlp_compare(const dlc_entry *entry, const dlp_array *outputs, const char *path, double tolerance,
                 double *greatest, dlp_error *error);

#endif
