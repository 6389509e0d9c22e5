// The description of a model for people.
#ifndef DLP_INFO_H
#define DLP_INFO_H

#include <stdio.h>

#include "dlc.h"

/// Prints entries, types, states, weights, target and origin.
void dlp_info(FILE *out, const dlc_model *model);

#endif
