// Images as text.
#ifndef DLP_DRAW_H
#define DLP_DRAW_H

#include <stdio.h>

#include "classes.h"

/// Prints the first `count` images of an array whose last axes are [H, W], side by side, the darkest character
/// for the greatest value. Below each stands its class: that with the greatest value in its row of `classes`.
bool dlp_draw(FILE *out, const dlp_array *images, const dlp_classes *classes, size_t count, dlp_error *error);

#endif
