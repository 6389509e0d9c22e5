// A position in bytes that are read from front to back.
#ifndef DLP_CURSOR_H
#define DLP_CURSOR_H

#include <string.h>

#include "dlp_formats.h"

typedef struct dlp_cursor {
  const unsigned char *next, *end;
} dlp_cursor;

static inline dlp_cursor dlp_cursor_over(dlp_bytes bytes) {
  return (dlp_cursor){bytes.start, bytes.start + bytes.size};
}

static inline size_t dlp_cursor_left(const dlp_cursor *cursor) {
  return (size_t)(cursor->end - cursor->next);
}

/// The next byte, or -1 at the end.
static inline int dlp_peek(const dlp_cursor *cursor) {
  return cursor->next < cursor->end ? *cursor->next : -1;
}

/// Takes `byte` where it is the next one.
static inline bool dlp_accept(dlp_cursor *cursor, char byte) {
  if (dlp_peek(cursor) != (unsigned char)byte) return false;
  cursor->next++;
  return true;
}

/// Takes `word` where it comes next.
static inline bool dlp_accept_word(dlp_cursor *cursor, const char *word) {
  size_t length = strlen(word);
  if (dlp_cursor_left(cursor) < length || memcmp(cursor->next, word, length) != 0) return false;
  cursor->next += length;
  return true;
}

/// Takes `size` bytes where there are so many.
static inline bool dlp_take(dlp_cursor *cursor, uint64_t size, dlp_bytes *bytes) {
  if (dlp_cursor_left(cursor) < size) return false;
  *bytes = (dlp_bytes){cursor->next, (size_t)size};
  cursor->next += size;
  return true;
}

static inline void dlp_skip_space(dlp_cursor *cursor) {
  for (int byte; (byte = dlp_peek(cursor)) == ' ' || (byte >= '\t' && byte <= '\r');) cursor->next++;
}

/// Takes a decimal number from 0 to 2^63 - 1.
static inline bool dlp_take_integer(dlp_cursor *cursor, int64_t *value) {
  int byte = dlp_peek(cursor);
  if (byte < '0' || byte > '9') return false;
  for (*value = 0; (byte = dlp_peek(cursor)) >= '0' && byte <= '9'; cursor->next++)
    if (__builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, byte - '0', value))
      return false;
  return true;
}

/// The little-endian number of `size` bytes at `bytes`.
static inline uint64_t dlp_little(const unsigned char *bytes, int size) {
  uint64_t value = 0;
  while (size-- > 0) value = value << 8 | bytes[size];
  return value;
}

/// The big-endian number of 4 bytes at `bytes`.
static inline uint32_t dlp_big32(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

#endif
