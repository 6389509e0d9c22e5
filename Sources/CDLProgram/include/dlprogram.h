// The command line program around one compiled model: reads files, runs an entry, prints or writes what comes
// out.
#ifndef DLPROGRAM_H
#define DLPROGRAM_H

#include <stdio.h>

#include "dlc.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Does what the arguments ask for, as `--help` explains it, and returns the exit status: 0, or 1 after one
/// message on `err`.
int dlp_main(const dlc_model *model, int count, char **arguments, FILE *out, FILE *err);

#ifdef __cplusplus
}
#endif
#endif
