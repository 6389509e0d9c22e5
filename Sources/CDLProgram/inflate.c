// DEFLATE, RFC 1951. Every code must be complete, every distance must stay inside what was written, and the
// output must come out exactly.
#include <string.h>

#include "dlp_formats.h"

enum { MAXIMUM_LENGTH = 15, LITERALS = 288, DISTANCES = 30, END_OF_BLOCK = 256 };

typedef struct stream {
  const unsigned char *next, *end;
  uint32_t bits;  // not yet used, from the lowest
  int bit_count;
  unsigned char *output;
  size_t written, size;
  bool short_of_input;
} stream;

/// A canonical prefix code: how many codes have each length, and the symbols in the order of their codes.
typedef struct code {
  uint16_t counts[MAXIMUM_LENGTH + 1];
  uint16_t symbols[LITERALS];
} code;

/// The next `count` bits, at most 16. After the end of the input zeros, and `short_of_input` is set.
static unsigned take(stream *s, int count) {
  while (s->bit_count < count) {
    if (s->next == s->end) {
      s->short_of_input = true;
      return 0;
    }
    s->bits |= (uint32_t)*s->next++ << s->bit_count;
    s->bit_count += 8;
  }
  unsigned value = s->bits & ((1u << count) - 1);
  s->bits >>= count;
  s->bit_count -= count;
  return value;
}

/// Makes the code with these lengths. False where they don't form one: a code must use every bit string,
/// except that a code of at most one symbol may leave some unused.
static bool make_code(code *code, const unsigned char *lengths, int count) {
  uint16_t starts[MAXIMUM_LENGTH + 2] = {0};
  memset(code->counts, 0, sizeof code->counts);
  int used = 0, unused = 1;
  for (int symbol = 0; symbol < count; symbol++) {
    code->counts[lengths[symbol]]++;
    used += lengths[symbol] > 0;
  }
  code->counts[0] = 0;
  for (int length = 1; length <= MAXIMUM_LENGTH; length++) {
    unused = 2 * unused - code->counts[length];
    if (unused < 0) return false;
    starts[length + 1] = starts[length] + code->counts[length];
  }
  for (int symbol = 0; symbol < count; symbol++)
    if (lengths[symbol] > 0) code->symbols[starts[lengths[symbol]]++] = (uint16_t)symbol;
  return unused == 0 || used <= 1;
}

/// The next symbol, or -1 where the bits are no code. Codes of one length are consecutive numbers.
static int take_symbol(stream *s, const code *code) {
  int value = 0, first = 0, index = 0;
  for (int length = 1; length <= MAXIMUM_LENGTH; length++) {
    value = value << 1 | (int)take(s, 1);
    int count = code->counts[length];
    if (value - first < count) return code->symbols[index + value - first];
    index += count;
    first = (first + count) << 1;
  }
  return -1;
}

static bool copy_stored(stream *s) {
  s->bits = 0;
  s->bit_count = 0;
  if (s->end - s->next < 4) return false;
  size_t length = s->next[0] | (size_t)s->next[1] << 8;
  size_t complement = s->next[2] | (size_t)s->next[3] << 8;
  s->next += 4;
  if ((length ^ complement) != 0xffff || (size_t)(s->end - s->next) < length) return false;
  if (s->size - s->written < length) return false;
  memcpy(s->output + s->written, s->next, length);
  s->written += length;
  s->next += length;
  return true;
}

static const uint16_t length_bases[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                        31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const unsigned char length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                            2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_bases[] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                          33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                          1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

/// Repeats what was written before, for the symbol of a length. Source and target may overlap.
static bool copy_match(stream *s, int symbol, const code *distances) {
  symbol -= END_OF_BLOCK + 1;
  if (symbol >= (int)sizeof length_bits) return false;
  size_t length = length_bases[symbol] + take(s, length_bits[symbol]);
  symbol = take_symbol(s, distances);
  if (symbol < 0 || symbol >= DISTANCES) return false;
  size_t distance = distance_bases[symbol] + take(s, symbol < 2 ? 0 : symbol / 2 - 1);
  if (distance > s->written || s->size - s->written < length) return false;
  for (; length > 0; length--, s->written++) s->output[s->written] = s->output[s->written - distance];
  return true;
}

static bool expand(stream *s, const code *literals, const code *distances) {
  for (;;) {
    int symbol = take_symbol(s, literals);
    if (symbol < 0 || s->short_of_input) return false;
    if (symbol == END_OF_BLOCK) return true;
    if (symbol > END_OF_BLOCK) {
      if (!copy_match(s, symbol, distances)) return false;
    } else {
      if (s->written == s->size) return false;
      s->output[s->written++] = (unsigned char)symbol;
    }
  }
}

static bool expand_fixed(stream *s) {
  unsigned char lengths[LITERALS];
  code literals, distances;
  for (int i = 0; i < LITERALS; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  make_code(&literals, lengths, LITERALS);
  memset(lengths, 5, 32);
  make_code(&distances, lengths, 32);
  return expand(s, &literals, &distances);
}

/// Takes code lengths, themselves coded, with repetitions.
static bool take_lengths(stream *s, const code *code, unsigned char *lengths, int count) {
  for (int i = 0; i < count;) {
    int symbol = take_symbol(s, code);
    if (symbol < 0 || s->short_of_input) return false;
    if (symbol < 16) {
      lengths[i++] = (unsigned char)symbol;
      continue;
    }
    if (symbol == 16 && i == 0) return false;
    unsigned char value = symbol == 16 ? lengths[i - 1] : 0;
    int times = symbol == 16   ? 3 + (int)take(s, 2)
                : symbol == 17 ? 3 + (int)take(s, 3)
                               : 11 + (int)take(s, 7);
    if (times > count - i) return false;
    while (times-- > 0) lengths[i++] = value;
  }
  return true;
}

static bool expand_dynamic(stream *s) {
  static const unsigned char order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  int literal_count = 257 + (int)take(s, 5);
  int distance_count = 1 + (int)take(s, 5);
  int length_count = 4 + (int)take(s, 4);
  if (literal_count > 286 || distance_count > DISTANCES) return false;
  unsigned char lengths[286 + DISTANCES] = {0};
  code literals, distances, length_code;
  for (int i = 0; i < length_count; i++) lengths[order[i]] = (unsigned char)take(s, 3);
  if (!make_code(&length_code, lengths, sizeof order)) return false;
  if (!take_lengths(s, &length_code, lengths, literal_count + distance_count)) return false;
  return lengths[END_OF_BLOCK] > 0 && make_code(&literals, lengths, literal_count) &&
         make_code(&distances, lengths + literal_count, distance_count) && expand(s, &literals, &distances);
}

bool dlp_inflate(dlp_bytes bytes, unsigned char *output, size_t size, size_t *consumed, dlp_error *error) {
  stream s = {.next = bytes.start, .end = bytes.start + bytes.size, .output = output, .size = size};
  bool last, fine;
  do {
    last = take(&s, 1);
    switch (take(&s, 2)) {
      case 0: fine = copy_stored(&s); break;
      case 1: fine = expand_fixed(&s); break;
      case 2: fine = expand_dynamic(&s); break;
      default: fine = false;
    }
    if (!fine || s.short_of_input) return dlp_fail(error, "the compressed data are damaged");
  } while (!last);
  *consumed = (size_t)(s.next - bytes.start);  // less than a byte of it is unused
  if (s.written == size) return true;
  return dlp_fail(error, "the compressed data expand to %zu bytes instead of %zu", s.written, size);
}

bool dlp_inflate_plausible(uint64_t compressed, uint64_t expanded) {
  // At best one bit for a length of 258 and one for its distance.
  return expanded / 1032 <= compressed;
}
