// What a caller of compiled models needs besides `dlc.h`: checks with messages for people, a thread pool, a
// checksum. The Swift runtime and the program that `dlc build --emit exe` makes share it, so both say the
// same.
//
// Functions that can fail return false and write one sentence, without a full stop, to `message`: at most
// `size` bytes with the terminating zero.
#ifndef DLC_SUPPORT_H
#define DLC_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "dlc.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Thread pool

/// A fixed number of threads that sleep until `parallel_for` is called.
typedef struct dlc_pool dlc_pool;

/// A pool that runs loops on `threads` threads, of which the caller of a loop is one: 1 starts none. Where
/// the system refuses a thread the pool has fewer. NULL where memory is short. The caller destroys it.
dlc_pool *dlc_pool_create(int threads);

/// Ends the threads and frees the pool. No loop may be running. NULL is allowed.
void dlc_pool_destroy(dlc_pool *pool);

/// The number of threads that take part in a loop, the caller's included.
int dlc_pool_threads(const dlc_pool *pool);

/// The pool as the `executor` of a call; valid as long as the pool.
///
/// Indices are divided statically: for one count each thread gets the same contiguous range every time. A
/// loop started while another one runs on the pool, from inside it or from another thread, runs in the
/// calling thread. Threads without work spin for some microseconds at most, then sleep.
dlc_executor dlc_pool_executor(dlc_pool *pool);

// MARK: Checksum

/// The XXH64 hash, with seed 0, of `size` bytes at `data`.
///
/// Specification: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
uint64_t dlc_checksum(const void *data, size_t size);

/// A hash under construction, for data that are not in memory at once: begin, then any number of updates, then end.
typedef struct dlc_hasher {
  uint64_t accumulators[4];
  uint64_t size;
  unsigned char rest[32];  // the bytes after the last full round
} dlc_hasher;

void dlc_hasher_begin(dlc_hasher *hasher);
void dlc_hasher_update(dlc_hasher *hasher, const void *data, size_t size);
/// The hash of all bytes so far, equal to `dlc_checksum` of them in one piece.
uint64_t dlc_hasher_end(const dlc_hasher *hasher);

// MARK: Element types and shapes

/// The name of a `dlc_type` as models write it, such as "f32"; "?" for other values.
const char *dlc_type_name(int32_t type);

/// The bytes of one element of a `dlc_type`; 0 for other values.
size_t dlc_type_size(int32_t type);

/// Computes the bytes of a dense tensor into `bytes`; false where an extent is negative or the size
/// overflows.
bool dlc_tensor_bytes(int32_t type, int32_t rank, const int64_t *extents, size_t *bytes);

/// The bytes of the largest tensor that `tensor` describes. False where that overflows.
bool dlc_tensor_maximum_bytes(const dlc_tensor *tensor, size_t *bytes);

/// Writes the type as models write it, such as "f32[B, 3, 8]", with the symbols of `entry` by name.
void dlc_tensor_describe(const dlc_entry *entry, const dlc_tensor *tensor, char *text, size_t size);

// MARK: Checks

/// Writes which of `features` (LLVM's names, separated by commas) this CPU lacks or its operating system has
/// not enabled to `buffer`, separated by ", ", and returns their number. Names it doesn't know count as
/// lacking.
int dlc_cpu_missing(const char *features, char *buffer, size_t size);

/// Checks that this library understands the model's description.
bool dlc_model_check_version(const dlc_model *model, char *message, size_t size);

/// Checks that this library understands the model and that this CPU can run it.
bool dlc_model_check(const dlc_model *model, char *message, size_t size);

/// The entry with this name, or NULL.
const dlc_entry *dlc_model_entry(const dlc_model *model, const char *name);

/// Checks the first `size` bytes of a `.dlw` file of `file_size` bytes against the model: magic, version,
/// sizes and the checksum that the header states. The data themselves are not read.
bool dlc_weights_check_header(const dlc_model *model, const void *header, size_t header_size,
                              uint64_t file_size, char *message, size_t size);

/// Checks that the `model->weights_size` bytes at `data` have the checksum that the model states.
bool dlc_weights_check_data(const dlc_model *model, const void *data, char *message, size_t size);

/// Type and shape of a value given as an input.
typedef struct dlc_argument {
  int32_t type;  // a dlc_type
  int32_t rank;
  const int64_t *extents;
} dlc_argument;

/// Finds the values of the entry's symbols from the shapes of its inputs, and checks types, shapes and
/// bounds.
///
/// - arguments: one for each of `entry->inputs`.
/// - symbols: one for each of `entry->symbols`; on entry the value the caller demands, or -1 to infer it.
/// - dimensions: receives every dimension of the inputs, then of the outputs: room for `dlc_entry_rank_sum`.
bool dlc_entry_bind(const dlc_entry *entry, const dlc_argument *arguments, int64_t *symbols,
                    int64_t *dimensions, char *message, size_t size);

/// The sum of the ranks of all inputs and outputs.
int32_t dlc_entry_rank_sum(const dlc_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
