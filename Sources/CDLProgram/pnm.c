// Reading PGM and PPM images.
// Format: https://netpbm.sourceforge.net/doc/pgm.html and ppm.html
#include <stdlib.h>

#include "cursor.h"

/// Takes a number after white space and comments.
static bool take_number(dlp_cursor *cursor, int64_t *value) {
  for (dlp_skip_space(cursor); dlp_accept(cursor, '#'); dlp_skip_space(cursor))
    while (dlp_peek(cursor) >= 0 && dlp_peek(cursor) != '\n') cursor->next++;
  return dlp_take_integer(cursor, value);
}

static bool take_samples(dlp_cursor *cursor, bool text, int64_t maximum, unsigned char *samples,
                         size_t count) {
  for (size_t i = 0; i < count; i++) {
    int64_t value;
    if (text) {
      if (!take_number(cursor, &value)) return false;
    } else {
      value = *cursor->next++;
    }
    if (value > maximum) return false;
    samples[i] = (unsigned char)((value * 255 + maximum / 2) / maximum);
  }
  return true;
}

bool dlp_pnm_read(dlp_bytes bytes, dlp_image *image, dlp_error *error) {
  *image = (dlp_image){0};
  dlp_cursor cursor = dlp_cursor_over(bytes);
  int64_t maximum, count;
  if (!dlp_accept(&cursor, 'P') || !strchr("2356", dlp_peek(&cursor) > 0 ? dlp_peek(&cursor) : '0'))
    return dlp_fail(error, "this is not a PGM or PPM image");
  int kind = *cursor.next++ - '0';
  bool text = kind < 4;
  image->channels = kind % 3 == 0 ? 3 : 1;
  if (!take_number(&cursor, &image->width) || !take_number(&cursor, &image->height) ||
      !take_number(&cursor, &maximum))
    return dlp_fail(error, "the header of the image is malformed");
  if (maximum < 1 || maximum > 255)
    return dlp_fail(error, "an image with samples up to %lld is not supported, only up to 255",
                    (long long)maximum);
  if (!text) cursor.next += cursor.next < cursor.end;  // one white space
  // Every sample takes at least a byte.
  if (image->width < 1 || image->height < 1 || __builtin_mul_overflow(image->width, image->height, &count) ||
      __builtin_mul_overflow(count, image->channels, &count) ||
      (uint64_t)count > (uint64_t)dlp_cursor_left(&cursor))
    return dlp_fail(error, "the image ends too early");
  image->pixels = malloc((size_t)count);
  if (!image->pixels) return dlp_fail(error, "there is no memory for the image");
  if (take_samples(&cursor, text, maximum, image->pixels, (size_t)count)) return true;
  dlp_image_destroy(image);
  return dlp_fail(error, "the image ends too early, or has a sample above its maximum");
}
