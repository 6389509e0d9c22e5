// The parts of JSON that the header of a safetensors file needs. Each function takes what it is named after,
// and white space before it; false where something else comes.
#ifndef DLP_JSON_H
#define DLP_JSON_H

#include <stdio.h>

#include "cursor.h"

/// Takes one of the characters {}[],: as a token of its own.
bool dlp_json_token(dlp_cursor *cursor, char token);

/// Takes a string and decodes it into `buffer`, which must have room for all bytes that are left; `text` is
/// what was decoded.
bool dlp_json_string(dlp_cursor *cursor, char *buffer, dlp_bytes *text);

/// Takes an integer that is not negative.
bool dlp_json_integer(dlp_cursor *cursor, int64_t *value);

/// Takes any value.
bool dlp_json_skip(dlp_cursor *cursor, char *buffer);

/// Writes a string with its quotes.
void dlp_json_write_string(FILE *file, const char *text);

#endif
