#include "miniature.h"

#define LENGTH(array) (int32_t)(sizeof(array) / sizeof *(array))
#define FIXED(n) {.extent = n, .symbol = -1, .maximum = n}
#define SYMBOL(i, n) {.extent = -1, .symbol = i, .maximum = n}
#define COMPUTED(n) {.extent = -1, .symbol = -1, .maximum = n}
#define TENSOR(name, dimensions) {name, DLC_F32, LENGTH(dimensions), dimensions}

_Alignas(DLC_ALIGNMENT) const
    float miniature_weights[15] = {0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23, 0.5, 1.5, 2.5};

static void forward_shapes(const int64_t *symbols, int64_t *dimensions) {
  const int64_t values[] = {symbols[0], 1, 2, 2, symbols[0], 3};
  for (int i = 0; i < LENGTH(values); i++) dimensions[i] = values[i];
}

static void forward_row(const dlc_call *call, int64_t row) {
  const float *weights = call->weights, *x = (const float *)call->inputs[0] + 4 * row;
  float *y = (float *)call->outputs[0] + 3 * row;
  for (int j = 0; j < 3; j++) {
    y[j] = weights[12 + j];
    for (int i = 0; i < 4; i++) y[j] += x[i] * weights[3 * i + j];
  }
}

static void forward_rows(void *closure, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row++) forward_row(closure, row);
}

static void forward(const dlc_call *call) {
  int64_t rows = call->symbols[0];
  if (call->executor) {
    call->executor->parallel_for(call->executor->pool, rows, forward_rows, (void *)call);
  } else {
    forward_rows((void *)call, 0, rows);
  }
}

static void step_shapes(const int64_t *symbols, int64_t *dimensions) {
  (void)symbols;
  dimensions[0] = dimensions[1] = 2;
}

static void step(const dlc_call *call) {
  const float *x = call->inputs[0];
  float *total = call->states[0], *sum = call->outputs[0];
  for (int i = 0; i < 2; i++) sum[i] = total[i] += x[i];
}

static void join_shapes(const int64_t *symbols, int64_t *dimensions) {
  dimensions[0] = symbols[0];
  dimensions[1] = symbols[0] + 1;
  dimensions[2] = 2 * symbols[0] + 1;
}

static void join(const dlc_call *call) {
  int64_t n = call->symbols[0];
  float *joined = call->outputs[0];
  for (int64_t i = 0; i < 2 * n + 1; i++)
    joined[i] = i < n ? ((const float *)call->inputs[0])[i] : ((const float *)call->inputs[1])[i - n];
}

static void pair_shapes(const int64_t *symbols, int64_t *dimensions) {
  (void)symbols;
  dimensions[0] = dimensions[1] = dimensions[2] = 2;
}

/// Takes a detour through the workspace.
static void pair(const dlc_call *call) {
  const float *x = call->inputs[0];
  float *products = call->workspace, *sums = call->outputs[0];
  for (int i = 0; i < 4; i++) products[i] = x[i];
  for (int i = 0; i < 2; i++) sums[i] = products[2 * i] + products[2 * i + 1];
}

static const dlc_symbol batch[] = {{"B", 1, 8}}, length[] = {{"N", 1, 4}};
static const dlc_dimension forward_x[] = {SYMBOL(0, 8), FIXED(1), FIXED(2), FIXED(2)},
                           forward_y[] = {SYMBOL(0, 8), FIXED(3)}, two[] = {FIXED(2)},
                           join_a[] = {SYMBOL(0, 4)}, join_b[] = {COMPUTED(5)}, join_y[] = {COMPUTED(9)},
                           pair_x[] = {FIXED(2), FIXED(2)};

static const dlc_tensor forward_inputs[] = {TENSOR("x", forward_x)},
                        forward_outputs[] = {TENSOR("y", forward_y)}, step_inputs[] = {TENSOR("x", two)},
                        step_outputs[] = {TENSOR("sum", two)},
                        join_inputs[] = {TENSOR("a", join_a), TENSOR("b", join_b)},
                        join_outputs[] = {TENSOR("joined", join_y)}, pair_inputs[] = {TENSOR("x", pair_x)},
                        pair_outputs[] = {TENSOR("sums", two)}, states[] = {TENSOR("total", two)};

#define ENTRY(label, symbol_number, symbol_list, bytes) \
  {.name = #label,                                      \
   .input_count = LENGTH(label##_inputs),               \
   .output_count = LENGTH(label##_outputs),             \
   .inputs = label##_inputs,                            \
   .outputs = label##_outputs,                          \
   .symbol_count = symbol_number,                       \
   .symbols = symbol_list,                              \
   .workspace_size = bytes,                             \
   .shapes = label##_shapes,                            \
   .run = label}

static const dlc_entry entries[] = {ENTRY(forward, 1, batch, 0), ENTRY(step, 0, 0, 0),
                                    ENTRY(join, 1, length, 0), ENTRY(pair, 0, 0, 64)};

#define MODEL(data)                        \
  {.abi_version = DLC_ABI_VERSION,         \
   .size = sizeof(dlc_model),              \
   .name = "miniature",                    \
   .compiler = "by hand",                  \
   .source = "0123456789abcdef",           \
   .recipe = "",                           \
   .triple = "any",                        \
   .cpu = "any",                           \
   .features = "",                         \
   .entry_count = LENGTH(entries),         \
   .state_count = 1,                       \
   .entries = entries,                     \
   .states = states,                       \
   .weights_size = 60,                     \
   .weights_checksum = 0x330cc2a4868b48eb, \
   .weights = data}

const dlc_model miniature_model = MODEL(0);
const dlc_model miniature_embedded_model = MODEL(miniature_weights);
