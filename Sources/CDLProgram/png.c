// Reading PNG images.
#include <stdlib.h>

#include "cursor.h"

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGB_ALPHA = 6 };

/// No side may be longer.
enum { MAXIMUM_SIDE = 65535 };

typedef struct png {
  int64_t width, height;
  int color;            // one of the above
  int64_t channels;     // bytes of a pixel in the file
  dlp_bytes palette;    // 3 bytes a color
  unsigned char *data;  // the compressed data of all chunks
  size_t size;
} png;

static bool read_header(dlp_bytes chunk, png *png, dlp_error *error) {
  static const int64_t channels[] = {[GRAY] = 1, [RGB] = 3, [PALETTE] = 1, [GRAY_ALPHA] = 2, [RGB_ALPHA] = 4};
  if (chunk.size != 13) return dlp_fail(error, "the header of the PNG image is malformed");
  png->width = dlp_big32(chunk.start);
  png->height = dlp_big32(chunk.start + 4);
  png->color = chunk.start[9];
  bool known = png->color < (int)(sizeof channels / sizeof *channels) && channels[png->color] > 0;
  if (!known || chunk.start[10] != 0 || chunk.start[11] != 0)
    return dlp_fail(error, "the header of the PNG image is malformed");
  if (png->width < 1 || png->height < 1 || png->width > MAXIMUM_SIDE || png->height > MAXIMUM_SIDE)
    return dlp_fail(error, "a PNG image of %lld x %lld pixels is not supported", (long long)png->width,
                    (long long)png->height);
  if (chunk.start[8] != 8)
    return dlp_fail(error, "a PNG image with %d bits a sample is not supported, only 8", chunk.start[8]);
  if (chunk.start[12] != 0) return dlp_fail(error, "an interlaced PNG image is not supported");
  png->channels = channels[png->color];
  return true;
}

/// Takes the next chunk and checks its sum.
static bool take_chunk(dlp_cursor *cursor, dlp_bytes *type, dlp_bytes *content, dlp_error *error) {
  dlp_bytes length, crc;
  if (!dlp_take(cursor, 4, &length) || !dlp_take(cursor, 4, type) ||
      !dlp_take(cursor, dlp_big32(length.start), content) || !dlp_take(cursor, 4, &crc))
    return dlp_fail(error, "the PNG image ends too early");
  if (dlp_crc32(0, (dlp_bytes){type->start, 4 + content->size}) != dlp_big32(crc.start))
    return dlp_fail(error, "the PNG image is damaged");
  return true;
}

static bool is(dlp_bytes type, const char *name) { return memcmp(type.start, name, 4) == 0; }

static bool read_chunks(dlp_cursor *cursor, png *png, dlp_error *error) {
  dlp_bytes type, content;
  if (!take_chunk(cursor, &type, &content, error)) return false;
  if (!is(type, "IHDR")) return dlp_fail(error, "the PNG image has no header");
  if (!read_header(content, png, error)) return false;
  while (take_chunk(cursor, &type, &content, error)) {
    if (is(type, "IEND")) return true;
    if (is(type, "PLTE")) {
      png->palette = content;
    } else if (is(type, "IDAT")) {
      memcpy(png->data + png->size, content.start, content.size);
      png->size += content.size;
    } else if (!(type.start[0] & 0x20)) {
      return dlp_fail(error, "the PNG image has an unknown chunk '%.4s'", type.start);
    }
  }
  return false;
}

static uint32_t adler32(const unsigned char *bytes, size_t size) {
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < size; i++) {
    a = (a + bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

/// Expands the zlib stream (RFC 1950) of all data chunks to exactly `size` bytes.
static bool expand(const png *png, unsigned char *output, size_t size, dlp_error *error) {
  size_t consumed;
  if (png->size < 6) return dlp_fail(error, "the PNG image has no data");
  unsigned method = png->data[0], flags = png->data[1];
  if ((method & 15) != 8 || method >> 4 > 7 || (method << 8 | flags) % 31 != 0 || flags & 0x20)
    return dlp_fail(error, "the data of the PNG image are malformed");
  if (!dlp_inflate((dlp_bytes){png->data + 2, png->size - 6}, output, size, &consumed, error)) return false;
  if (dlp_big32(png->data + 2 + consumed) != adler32(output, size))
    return dlp_fail(error, "the PNG image is damaged");
  return true;
}

static int paeth(int left, int above, int corner) {
  int estimate = left + above - corner;
  int a = abs(estimate - left), b = abs(estimate - above), c = abs(estimate - corner);
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/// Undoes the filter of one row in place. `above` is NULL in the first row.
static bool unfilter(int filter, unsigned char *row, const unsigned char *above, int64_t size, int64_t step) {
  for (int64_t i = 0; i < size; i++) {
    int a = i >= step ? row[i - step] : 0;
    int b = above ? above[i] : 0;
    int c = above && i >= step ? above[i - step] : 0;
    switch (filter) {
      case 0: return true;
      case 1: row[i] = (unsigned char)(row[i] + a); break;
      case 2: row[i] = (unsigned char)(row[i] + b); break;
      case 3: row[i] = (unsigned char)(row[i] + (a + b) / 2); break;
      case 4: row[i] = (unsigned char)(row[i] + paeth(a, b, c)); break;
      default: return false;
    }
  }
  return true;
}

/// Unfilters the rows, each after the byte that names its filter, and moves them together.
static bool unfilter_rows(const png *png, unsigned char *bytes, dlp_error *error) {
  int64_t stride = png->width * png->channels;
  for (int64_t y = 0; y < png->height; y++) {
    unsigned char *row = bytes + y * stride;
    int filter = bytes[y * (stride + 1)];
    memmove(row, bytes + y * (stride + 1) + 1, (size_t)stride);
    if (!unfilter(filter, row, y > 0 ? row - stride : NULL, stride, png->channels))
      return dlp_fail(error, "the PNG image has an unknown filter %d", filter);
  }
  return true;
}

/// Replaces indices by the colors of the palette.
static bool apply_palette(const png *png, dlp_image *image, dlp_error *error) {
  size_t count = (size_t)(image->width * image->height);
  unsigned char *pixels = malloc(3 * count);
  if (!pixels) return dlp_fail(error, "there is no memory for the image");
  for (size_t i = 0; i < count; i++) {
    size_t index = image->pixels[i];
    if (3 * index + 3 > png->palette.size) {
      free(pixels);
      return dlp_fail(error, "the PNG image has a pixel outside its palette");
    }
    memcpy(pixels + 3 * i, png->palette.start + 3 * index, 3);
  }
  free(image->pixels);
  image->pixels = pixels;
  image->channels = 3;
  return true;
}

static bool decode(const png *png, dlp_image *image, dlp_error *error) {
  size_t size = (size_t)(png->height * (png->width * png->channels + 1));
  if (!dlp_inflate_plausible(png->size, size)) return dlp_fail(error, "the PNG image ends too early");
  image->pixels = malloc(size);
  if (!image->pixels) return dlp_fail(error, "there is no memory for the image");
  image->width = png->width;
  image->height = png->height;
  image->channels = png->channels;
  return expand(png, image->pixels, size, error) && unfilter_rows(png, image->pixels, error) &&
         (png->color != PALETTE || apply_palette(png, image, error));
}

bool dlp_png_read(dlp_bytes bytes, dlp_image *image, dlp_error *error) {
  *image = (dlp_image){0};
  dlp_cursor cursor = dlp_cursor_over(bytes);
  if (!dlp_accept_word(&cursor, "\x89PNG\r\n\x1a\n")) return dlp_fail(error, "this is not a PNG image");
  png png = {.data = malloc(bytes.size)};
  if (!png.data) return dlp_fail(error, "there is no memory for the image");
  bool fine = read_chunks(&cursor, &png, error) && decode(&png, image, error);
  free(png.data);
  if (!fine) dlp_image_destroy(image);
  return fine;
}
