#include "text.h"

#include <stdarg.h>
#include <stdio.h>

dlc_text dlc_text_in(char *start, size_t size) {
  if (size > 0) start[0] = 0;
  return (dlc_text){start, size, 0};
}

static void append(dlc_text *text, const char *format, va_list arguments) {
  if (text->used + 1 >= text->size) return;
  size_t room = text->size - text->used;
  int length = vsnprintf(text->start + text->used, room, format, arguments);
  if (length > 0) text->used += (size_t)length < room ? (size_t)length : room - 1;
}

void dlc_text_append(dlc_text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append(text, format, arguments);
  va_end(arguments);
}

bool dlc_refuse(char *message, size_t size, const char *format, ...) {
  dlc_text text = dlc_text_in(message, size);
  va_list arguments;
  va_start(arguments, format);
  append(&text, format, arguments);
  va_end(arguments);
  return false;
}
