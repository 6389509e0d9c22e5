#include "print.h"

#include <string.h>

#include "dlc_support.h"

/// Above so many elements axes are shortened to so many at each end.
enum { WHOLE = 1000, EDGE = 3 };

typedef struct layout {
  FILE *out;
  const dlp_array *array;
  bool shortened;
  int width;
} layout;

static int format_element(const dlp_array *array, size_t index, char *text, size_t size) {
  if (array->type == DLC_I64) return snprintf(text, size, "%lld", ((long long *)array->data)[index]);
  if (array->type == DLC_BOOL)
    return snprintf(text, size, "%s", ((char *)array->data)[index] ? "true" : "false");
  return snprintf(text, size, "%.6g", dlp_array_value(array, index));
}

/// Calls itself for each axis; at the last prints the elements, or where `measure` is set takes their width.
static void visit(layout *layout, int32_t axis, size_t index, size_t stride, bool measure) {
  const dlp_array *array = layout->array;
  char text[64];
  if (axis == array->rank) {
    int width = format_element(array, index, text, sizeof text);
    if (!measure) fprintf(layout->out, "%*s", layout->width, text);
    else if (width > layout->width) layout->width = width;
    return;
  }
  int64_t extent = array->extents[axis];
  bool shortened = layout->shortened && extent > 2 * EDGE;
  bool last = axis + 1 == array->rank;
  if (!measure) fputc('[', layout->out);
  stride /= extent > 0 ? (size_t)extent : 1;
  for (int64_t i = 0; i < extent; i++) {
    if (!measure && i > 0) fputs(last ? ", " : ",", layout->out);
    if (!measure && i > 0 && !last) fprintf(layout->out, "\n%*s", axis + 1, "");
    if (shortened && i == EDGE) {
      if (!measure) fputs(last ? "..., " : "...,", layout->out);
      if (!measure && !last) fprintf(layout->out, "\n%*s", axis + 1, "");
      i = extent - EDGE;
    }
    visit(layout, axis + 1, index + (size_t)i * stride, stride, measure);
  }
  if (!measure) fputc(']', layout->out);
}

void dlp_print_array(FILE *out, const char *name, const dlp_array *array) {
  char type[512];
  size_t count = dlp_array_count(array);
  layout layout = {out, array, count > WHOLE, 0};
  dlp_array_describe(array, type, sizeof type);
  fprintf(out, "%s: %s\n", name, type);
  visit(&layout, 0, 0, count, true);
  visit(&layout, 0, 0, count, false);
  fputc('\n', out);
}
