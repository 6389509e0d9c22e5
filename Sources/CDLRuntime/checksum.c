// XXH64: four accumulators take 32 bytes a round, so that their multiplications overlap.
#include <string.h>

#include "dlc_support.h"

#define PRIME1 0x9E3779B185EBCA87u
#define PRIME2 0xC2B2AE3D27D4EB4Fu
#define PRIME3 0x165667B19E3779F9u
#define PRIME4 0x85EBCA77C2B2AE63u
#define PRIME5 0x27D4EB2F165667C5u

static uint64_t rotate(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

static uint64_t load64(const unsigned char *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

static uint64_t load32(const unsigned char *bytes) {
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap32(value);
#endif
  return value;
}

static uint64_t mix(uint64_t accumulator, uint64_t lane) {
  return rotate(accumulator + lane * PRIME2, 31) * PRIME1;
}

static uint64_t merge(uint64_t hash, uint64_t accumulator) {
  return (hash ^ mix(0, accumulator)) * PRIME1 + PRIME4;
}

/// Consumes the bytes after the last full round, then spreads every bit over the result.
static uint64_t finish(uint64_t hash, const unsigned char *bytes, size_t size) {
  for (; size >= 8; bytes += 8, size -= 8) hash = rotate(hash ^ mix(0, load64(bytes)), 27) * PRIME1 + PRIME4;
  if (size >= 4) {
    hash = rotate(hash ^ load32(bytes) * PRIME1, 23) * PRIME2 + PRIME3;
    bytes += 4, size -= 4;
  }
  for (; size > 0; bytes++, size--) hash = rotate(hash ^ *bytes * PRIME5, 11) * PRIME1;
  hash = (hash ^ hash >> 33) * PRIME2;
  hash = (hash ^ hash >> 29) * PRIME3;
  return hash ^ hash >> 32;
}

void dlc_hasher_begin(dlc_hasher *hasher) {
  *hasher = (dlc_hasher){.accumulators = {PRIME1 + PRIME2, PRIME2, 0, 0 - PRIME1}};
}

/// Takes all full rounds of 32 bytes and returns how many bytes these were.
static size_t take_rounds(dlc_hasher *hasher, const unsigned char *bytes, size_t size) {
  uint64_t a = hasher->accumulators[0], b = hasher->accumulators[1];
  uint64_t c = hasher->accumulators[2], d = hasher->accumulators[3];
  size_t rest = size;
  for (; rest >= 32; bytes += 32, rest -= 32) {
    a = mix(a, load64(bytes));
    b = mix(b, load64(bytes + 8));
    c = mix(c, load64(bytes + 16));
    d = mix(d, load64(bytes + 24));
  }
  memcpy(hasher->accumulators, (uint64_t[]){a, b, c, d}, sizeof hasher->accumulators);
  return size - rest;
}

void dlc_hasher_update(dlc_hasher *hasher, const void *data, size_t size) {
  if (size == 0) return;
  const unsigned char *bytes = data;
  size_t pending = hasher->size % 32;
  hasher->size += size;
  if (pending > 0) {
    size_t missing = 32 - pending, taken = size < missing ? size : missing;
    memcpy(hasher->rest + pending, bytes, taken);
    if (taken < missing) return;
    take_rounds(hasher, hasher->rest, 32);
    bytes += taken, size -= taken;
  }
  size_t taken = take_rounds(hasher, bytes, size);
  memcpy(hasher->rest, bytes + taken, size - taken);
}

uint64_t dlc_hasher_end(const dlc_hasher *hasher) {
  size_t rest = hasher->size % 32;
  if (hasher->size < 32) return finish(PRIME5 + hasher->size, hasher->rest, rest);
  uint64_t a = hasher->accumulators[0], b = hasher->accumulators[1];
  uint64_t c = hasher->accumulators[2], d = hasher->accumulators[3];
  uint64_t hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  hash = merge(merge(merge(merge(hash, a), b), c), d);
  return finish(hash + hasher->size, hasher->rest, rest);
}

uint64_t dlc_checksum(const void *data, size_t size) {
  dlc_hasher hasher;
  dlc_hasher_begin(&hasher);
  dlc_hasher_update(&hasher, data, size);
  return dlc_hasher_end(&hasher);
}
