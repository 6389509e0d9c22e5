// Files as the inputs of an entry.
#ifndef DLP_INPUTS_H
#define DLP_INPUTS_H

#include "file.h"
#include "options.h"

/// Reads a .npz or .safetensors file, or a .npy file as an archive of one array named "". Errors begin with
/// the path.
bool dlp_archive_load(dlp_archive *archive, const char *path, dlp_error *error);

/// Reads the files that the options give into `inputs`, one array for each input of the entry. Destroy the
/// arrays in any case.
bool dlp_inputs_load(const dlc_entry *entry, const dlp_options *options, dlp_array *inputs, dlp_error *error);

#endif
