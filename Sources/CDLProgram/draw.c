#include "draw.h"

#include <math.h>

enum { LINE_COLUMNS = 96, LARGEST_WIDTH = LINE_COLUMNS / 2 };

static const char shades[] = " .:-=+*#%@";

/// Where the values of an image lie.
typedef struct picture {
  const dlp_array *array;
  size_t height, width, pixels;
  double least, greatest;
} picture;

static void draw_line(FILE *out, const picture *picture, size_t image, size_t line) {
  double range = picture->greatest - picture->least;
  for (size_t column = 0; column < picture->width; column++) {
    double value =
        dlp_array_value(picture->array, image * picture->pixels + line * picture->width + column);
    double shade = range > 0 ? (value - picture->least) / range : 0;
    int index = shade > 0 ? (int)lround(shade * (double)(sizeof shades - 2)) : 0;
    // A character is about twice as high as wide.
    fputc(shades[index], out);
    fputc(shades[index], out);
  }
}

static void find_range(picture *picture, size_t count) {
  picture->least = INFINITY;
  picture->greatest = -INFINITY;
  for (size_t i = 0; i < count * picture->pixels; i++) {
    double value = dlp_array_value(picture->array, i);
    if (value < picture->least) picture->least = value;
    if (value > picture->greatest) picture->greatest = value;
  }
}

bool dlp_draw(FILE *out, const dlp_array *images, const dlp_classes *classes, size_t count,
              dlp_error *error) {
  if (images->rank < 2) return dlp_fail(error, "--draw needs an input whose last axes are [H, W]");
  picture picture = {images, (size_t)images->extents[images->rank - 2],
                     (size_t)images->extents[images->rank - 1], 0, 0, 0};
  if (picture.width == 0 || picture.height == 0 || picture.width > LARGEST_WIDTH)
    return dlp_fail(error, "--draw needs images that are 1 to %d pixels wide", LARGEST_WIDTH);
  size_t rows = classes->rows > 0 ? classes->rows : 1;
  picture.pixels = dlp_array_count(images) / rows;
  if (count > classes->rows) count = classes->rows;
  find_range(&picture, count);
  size_t columns = 2 * picture.width + 2, across = LINE_COLUMNS / columns;
  if (across == 0) across = 1;
  for (size_t first = 0; first < count; first += across) {
    size_t last = first + across < count ? first + across : count;
    for (size_t line = 0; line < picture.height; line++) {
      for (size_t image = first; image < last; image++) {
        draw_line(out, &picture, image, line);
        fputs(image + 1 < last ? "  " : "\n", out);
      }
    }
    for (size_t image = first; image < last; image++) {
      size_t class;
      dlp_classes_top(classes, image, 1, &class);
      fprintf(out, "-> %-*zu", (int)columns - 3, class);
    }
    fputs("\n\n", out);
  }
  return true;
}
