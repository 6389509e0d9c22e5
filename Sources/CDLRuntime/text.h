// Text appended to a buffer of fixed size; what doesn't fit is cut off.
#ifndef DLC_TEXT_H
#define DLC_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dlc_text {
  char *start;
  size_t size;  // of the buffer, with the terminating zero
  size_t used;  // without it
} dlc_text;

/// Empty text in a buffer of `size` bytes; `start` may be NULL where `size` is 0.
dlc_text dlc_text_in(char *start, size_t size);

/// Appends as `printf` does.
__attribute__((format(printf, 2, 3))) void dlc_text_append(dlc_text *text, const char *format, ...);

/// Writes the one text `format` gives to `message`; returns false, so that a check can end with it.
__attribute__((format(printf, 3, 4))) bool dlc_refuse(char *message, size_t size, const char *format, ...);

#endif
