// The weight blob of a model.
#ifndef DLP_WEIGHTS_FILE_H
#define DLP_WEIGHTS_FILE_H

#include "file.h"

/// Finds the weights: embedded, in the file at `path`, or, where that is NULL, in the .dlw file beside
/// `program` with its name or the model's. Checks the file's header, and the data where they have at most 64
/// MiB or `verify` is set. `data` is NULL for a model without weights.
bool dlp_weights_open(const dlc_model *model, const char *path, const char *program, bool verify,
                      dlp_mapping *mapping, const void **data, dlp_error *error);

#endif
