#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dlp_array.h"

bool dlp_fail(dlp_error *error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  return false;
}

bool dlp_fail_in(dlp_error *error, const char *subject) {
  dlp_error cause = *error;
  int length = snprintf(error->text, sizeof error->text, "%s: ", subject);
  size_t used = length < 0 ? 0 : (size_t)length;
  if (used < sizeof error->text) snprintf(error->text + used, sizeof error->text - used, "%s", cause.text);
  return false;
}

const char *dlp_error_text(const dlp_error *error) { return error->text; }
