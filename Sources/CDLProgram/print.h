// Arrays as text.
#ifndef DLP_PRINT_H
#define DLP_PRINT_H

#include <stdio.h>

#include "dlp_array.h"

/// Prints name, type and elements, nested by axis; of long axes only the first and last three.
void dlp_print_array(FILE *out, const char *name, const dlp_array *array);

#endif
