#include <string.h>

#include "dlc_support.h"
#include "text.h"

static const struct {
  const char *name;
  size_t size;
} types[] = {
    [DLC_F64] = {"f64", 8}, [DLC_F32] = {"f32", 4},   [DLC_F16] = {"f16", 2}, [DLC_BF16] = {"bf16", 2},
    [DLC_I64] = {"i64", 8}, [DLC_I32] = {"i32", 4},   [DLC_I16] = {"i16", 2}, [DLC_I8] = {"i8", 1},
    [DLC_U8] = {"u8", 1},   [DLC_BOOL] = {"bool", 1},
};

static bool is_type(int32_t type) { return type >= 0 && type < (int32_t)(sizeof types / sizeof *types); }

const char *dlc_type_name(int32_t type) { return is_type(type) ? types[type].name : "?"; }

size_t dlc_type_size(int32_t type) { return is_type(type) ? types[type].size : 0; }

/// Multiplies in place; false where it overflows what a pointer difference can hold, or `extent` is negative.
static bool multiply(size_t *bytes, int64_t extent) {
  if (extent < 0 || __builtin_mul_overflow(*bytes, (size_t)extent, bytes)) return false;
  return *bytes <= PTRDIFF_MAX;
}

bool dlc_tensor_bytes(int32_t type, int32_t rank, const int64_t *extents, size_t *bytes) {
  *bytes = dlc_type_size(type);
  for (int32_t axis = 0; axis < rank; axis++)
    if (!multiply(bytes, extents[axis])) return false;
  return true;
}

bool dlc_tensor_maximum_bytes(const dlc_tensor *tensor, size_t *bytes) {
  *bytes = dlc_type_size(tensor->type);
  for (int32_t axis = 0; axis < tensor->rank; axis++)
    if (!multiply(bytes, tensor->dimensions[axis].maximum)) return false;
  return true;
}

void dlc_tensor_describe(const dlc_entry *entry, const dlc_tensor *tensor, char *text, size_t size) {
  dlc_text result = dlc_text_in(text, size);
  dlc_text_append(&result, "%s[", dlc_type_name(tensor->type));
  for (int32_t axis = 0; axis < tensor->rank; axis++) {
    const dlc_dimension *dimension = &tensor->dimensions[axis];
    if (axis > 0) dlc_text_append(&result, ", ");
    int32_t symbol = dimension->symbol;
    if (dimension->extent >= 0) dlc_text_append(&result, "%lld", (long long)dimension->extent);
    else if (entry && symbol >= 0) dlc_text_append(&result, "%s", entry->symbols[symbol].name);
    else dlc_text_append(&result, "<=%lld", (long long)dimension->maximum);
  }
  dlc_text_append(&result, "]");
}
