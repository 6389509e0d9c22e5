// The binary interface between a compiled model and whoever calls it.
//
// A compiled model exports one object, `const dlc_model NAME_model`, and one function per entry point. It has
// no globals that change, allocates nothing, starts no thread and takes no lock: the caller owns the
// workspace, the states and the executor, and several calls may run at once on different workspaces.
#ifndef DLC_H
#define DLC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Raised by every change of a type in this file. A loader refuses a model of another version.
#define DLC_ABI_VERSION 1

/// Alignment in bytes of the workspace, the weights and every buffer inside them.
#define DLC_ALIGNMENT 64

/// Element types. `DLC_BOOL` is one byte, 0 or 1; `DLC_BF16` is the upper half of an f32.
typedef enum dlc_type {
  DLC_F64 = 0,
  DLC_F32 = 1,
  DLC_F16 = 2,
  DLC_BF16 = 3,
  DLC_I64 = 4,
  DLC_I32 = 5,
  DLC_I16 = 6,
  DLC_I8 = 7,
  DLC_U8 = 8,
  DLC_BOOL = 9
} dlc_type;

/// A dimension left open at compile time, with its inclusive bounds.
typedef struct dlc_symbol {
  const char *name;
  int64_t minimum;
  int64_t maximum;
} dlc_symbol;

/// One dimension of a shape.
typedef struct dlc_dimension {
  /// The extent where it is fixed; else -1.
  int64_t extent;
  /// The index in the entry's symbols where the dimension is exactly that symbol; else -1. Where both are -1
  /// the dimension is an expression over symbols, which `dlc_entry.shapes` computes.
  int32_t symbol;
  int32_t reserved;
  /// The largest extent.
  int64_t maximum;
} dlc_dimension;

/// Name, type and shape of an input, output or state. Elements lie dense in row-major order.
typedef struct dlc_tensor {
  const char *name;
  int32_t type;  // a dlc_type
  int32_t rank;
  const dlc_dimension *dimensions;
} dlc_tensor;

/// Cuts 0..<count into ranges and runs `body(closure, begin, end)` for each, in any order, on any threads; returns when
/// all are done. One range for each thread, the same ones every time, keep a thread on its data.
typedef struct dlc_executor {
  void (*parallel_for)(
      void *pool, int64_t count, void (*body)(void *closure, int64_t begin, int64_t end), void *closure);
  void *pool;
} dlc_executor;

/// All that one call needs. Every pointer is the caller's; tensors are dense and aligned to their element
/// type.
typedef struct dlc_call {
  const void *weights;        // the weight blob's data; NULL where the model has none
  void *workspace;            // `workspace_size` bytes, aligned to DLC_ALIGNMENT; contents need not be kept
  const void *const *inputs;  // in the order of `dlc_entry.inputs`
  void *const *outputs;       // in the order of `dlc_entry.outputs`
  void *const *states;        // in the order of `dlc_model.states`; read and updated in place
  const int64_t *symbols;     // one value for each of `dlc_entry.symbols`
  const dlc_executor *executor;  // NULL: run in the calling thread
} dlc_call;

/// One function of a model.
typedef struct dlc_entry {
  const char *name;
  int32_t input_count;
  int32_t output_count;
  const dlc_tensor *inputs;
  const dlc_tensor *outputs;
  int32_t symbol_count;
  int32_t reserved;
  const dlc_symbol *symbols;
  int64_t workspace_size;
  /// Writes every dimension of the inputs, then of the outputs, for the given symbol values.
  void (*shapes)(const int64_t *symbols, int64_t *dimensions);
  /// Computes the outputs. The arguments must satisfy the description: nothing is checked here.
  void (*run)(const dlc_call *call);
} dlc_entry;

/// What a compiled model says about itself.
typedef struct dlc_model {
  uint32_t abi_version;  // DLC_ABI_VERSION of the compiler; first, in every version
  uint32_t size;         // sizeof(dlc_model)
  const char *name;
  const char *compiler;  // version of the compiler that made it
  const char *source;    // hash of the model's source, in hexadecimal
  const char *recipe;    // the options that shaped the code, as text
  const char *triple;    // target triple
  const char *cpu;       // target CPU
  /// The instruction sets the code uses, by LLVM's names, separated by commas: "avx2,fma,f16c".
  const char *features;
  int32_t entry_count;
  int32_t state_count;
  const dlc_entry *entries;
  const dlc_tensor *states;
  /// Bytes of weight data, and the checksum of them (`dlc_checksum`); 0 and 0 where there are none.
  uint64_t weights_size;
  uint64_t weights_checksum;
  /// The data, where it is embedded; NULL where it stands in a `.dlw` file beside the code.
  const void *weights;
} dlc_model;

/// The first 64 bytes of a `.dlw` file; `weights_size` bytes of data follow. Little-endian.
typedef struct dlc_weights_header {
  char magic[8];  // "DLCWGHT\0"
  uint32_t abi_version;
  uint32_t header_size;  // 64
  uint64_t weights_size;
  uint64_t weights_checksum;
  uint8_t reserved[32];
} dlc_weights_header;

#ifdef __cplusplus
}
#endif
#endif
