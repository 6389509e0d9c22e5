// Files read whole or mapped, and files that appear when they are complete.
#ifndef DLP_FILE_H
#define DLP_FILE_H

#include <stdio.h>

#include "dlp_formats.h"

/// The contents of a file, mapped into memory. A file that shrinks while it is mapped is not guarded against.
typedef struct dlp_mapping {
  dlp_bytes bytes;
} dlp_mapping;

/// Maps a regular file. Errors begin with the path.
bool dlp_mapping_open(dlp_mapping *mapping, const char *path, dlp_error *error);

void dlp_mapping_close(dlp_mapping *mapping);

/// A file being written under another name in the same folder.
typedef struct dlp_output {
  FILE *file;
  const char *path;
  char *temporary;
} dlp_output;

/// Starts a file that will replace `path`, which must outlive the output.
bool dlp_output_open(dlp_output *output, const char *path, dlp_error *error);

/// Ends the file and gives it its name. Where anything failed to be written, the old file stays.
bool dlp_output_commit(dlp_output *output, dlp_error *error);

/// Removes what was written.
void dlp_output_discard(dlp_output *output);

#endif
