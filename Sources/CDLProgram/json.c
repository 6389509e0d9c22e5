#include "json.h"

/// Deeper nesting is refused: it would exhaust the stack.
enum { MAXIMUM_DEPTH = 32 };

bool dlp_json_token(dlp_cursor *cursor, char token) {
  dlp_skip_space(cursor);
  return dlp_accept(cursor, token);
}

static bool take_hexadecimal(dlp_cursor *cursor, unsigned *value) {
  *value = 0;
  for (int i = 0; i < 4; i++) {
    int byte = dlp_peek(cursor);
    int digit = byte >= '0' && byte <= '9'   ? byte - '0'
                : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                             : -1;
    if (digit < 0) return false;
    *value = *value << 4 | (unsigned)digit;
    cursor->next++;
  }
  return true;
}

static char *put_utf8(char *output, unsigned point) {
  if (point < 0x80) {
    *output++ = (char)point;
  } else if (point < 0x800) {
    *output++ = (char)(0xc0 | point >> 6);
    *output++ = (char)(0x80 | (point & 63));
  } else if (point < 0x10000) {
    *output++ = (char)(0xe0 | point >> 12);
    *output++ = (char)(0x80 | (point >> 6 & 63));
    *output++ = (char)(0x80 | (point & 63));
  } else {
    *output++ = (char)(0xf0 | point >> 18);
    *output++ = (char)(0x80 | (point >> 12 & 63));
    *output++ = (char)(0x80 | (point >> 6 & 63));
    *output++ = (char)(0x80 | (point & 63));
  }
  return output;
}

/// Takes what follows `\u`: one or two numbers, at least as many bytes as they become.
static bool take_code_point(dlp_cursor *cursor, char **output) {
  unsigned high, low;
  if (!take_hexadecimal(cursor, &high)) return false;
  if (high >= 0xd800 && high < 0xdc00) {
    if (!dlp_accept_word(cursor, "\\u") || !take_hexadecimal(cursor, &low)) return false;
    if (low < 0xdc00 || low > 0xdfff) return false;
    high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  } else if (high >= 0xdc00 && high < 0xe000) {
    return false;
  }
  *output = put_utf8(*output, high);
  return true;
}

static bool take_escape(dlp_cursor *cursor, char **output) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  if (dlp_accept(cursor, 'u')) return take_code_point(cursor, output);
  int byte = dlp_peek(cursor);
  const char *found = byte > 0 ? strchr(names, byte) : NULL;
  if (!found) return false;
  *(*output)++ = values[found - names];
  cursor->next++;
  return true;
}

bool dlp_json_string(dlp_cursor *cursor, char *buffer, dlp_bytes *text) {
  if (!dlp_json_token(cursor, '"')) return false;
  char *output = buffer;
  for (int byte; (byte = dlp_peek(cursor)) != '"';) {
    if (byte < ' ') return false;  // the end, or a character that must be escaped
    cursor->next++;
    if (byte != '\\') *output++ = (char)byte;
    else if (!take_escape(cursor, &output)) return false;
  }
  cursor->next++;
  *text = (dlp_bytes){(const unsigned char *)buffer, (size_t)(output - buffer)};
  return true;
}

bool dlp_json_integer(dlp_cursor *cursor, int64_t *value) {
  dlp_skip_space(cursor);
  return dlp_take_integer(cursor, value);
}

static bool skip_number(dlp_cursor *cursor) {
  const unsigned char *start = cursor->next;
  for (int byte; (byte = dlp_peek(cursor)) > 0 && strchr("+-.0123456789eE", byte);) cursor->next++;
  return cursor->next > start;
}

static bool skip_value(dlp_cursor *cursor, char *buffer, int depth);

static bool skip_members(dlp_cursor *cursor, char *buffer, int depth, bool named, char end) {
  dlp_bytes name;
  if (dlp_json_token(cursor, end)) return true;
  do {
    if (named && (!dlp_json_string(cursor, buffer, &name) || !dlp_json_token(cursor, ':'))) return false;
    if (!skip_value(cursor, buffer, depth + 1)) return false;
  } while (dlp_json_token(cursor, ','));
  return dlp_json_token(cursor, end);
}

static bool skip_value(dlp_cursor *cursor, char *buffer, int depth) {
  dlp_bytes text;
  if (depth > MAXIMUM_DEPTH) return false;
  if (dlp_json_token(cursor, '{')) return skip_members(cursor, buffer, depth, true, '}');
  if (dlp_json_token(cursor, '[')) return skip_members(cursor, buffer, depth, false, ']');
  if (dlp_peek(cursor) == '"') return dlp_json_string(cursor, buffer, &text);
  return dlp_accept_word(cursor, "true") || dlp_accept_word(cursor, "false") ||
         dlp_accept_word(cursor, "null") || skip_number(cursor);
}

bool dlp_json_skip(dlp_cursor *cursor, char *buffer) { return skip_value(cursor, buffer, 0); }

void dlp_json_write_string(FILE *file, const char *text) {
  fputc('"', file);
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') fprintf(file, "\\%c", byte);
    else if (byte < ' ') fprintf(file, "\\u%04x", byte);
    else fputc(byte, file);
  }
  fputc('"', file);
}
