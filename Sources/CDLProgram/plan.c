#include <stdlib.h>

#include "batch.h"

/// The least and the greatest leading extent of an input.
static void leading_bounds(const dlc_entry *entry, const dlc_tensor *input, int64_t *minimum,
                           int64_t *maximum) {
  const dlc_dimension *dimension = &input->dimensions[0];
  *maximum = dimension->extent >= 0 ? dimension->extent : dimension->maximum;
  *minimum = dimension->extent >= 0   ? dimension->extent
             : dimension->symbol >= 0 ? entry->symbols[dimension->symbol].minimum
                                      : 1;
}

static bool has_leading_rows(const dlc_tensor *input, const dlp_array *array) {
  return input->rank == array->rank && input->rank > 0;
}

/// The input that decides: the first with too many rows, else the first whose leading dimension is open.
static int32_t find_leader(const dlc_entry *entry, const dlp_array *inputs) {
  int32_t open = -1;
  for (int32_t i = 0; i < entry->input_count; i++) {
    const dlc_tensor *input = &entry->inputs[i];
    if (inputs[i].rank == input->rank + 1) return i;
    if (!has_leading_rows(input, &inputs[i])) continue;
    int64_t minimum, maximum;
    leading_bounds(entry, input, &minimum, &maximum);
    if (inputs[i].extents[0] < minimum || inputs[i].extents[0] > maximum) return i;
    if (open < 0 && minimum < maximum) open = i;
  }
  return open;
}

/// Whether an input has rows as the leader has them.
static bool follows(const dlc_tensor *leader, const dlc_tensor *input, const dlp_array *array, int64_t rows) {
  const dlc_dimension *a = &leader->dimensions[0], *b = &input->dimensions[0];
  if (!has_leading_rows(input, array)) return false;
  if (a->symbol >= 0 || b->symbol >= 0) return a->symbol == b->symbol;
  return a->extent == b->extent && array->extents[0] == rows;
}

bool dlp_plan_single(dlp_plan *plan, const dlc_entry *entry, dlp_error *error) {
  *plan = (dlp_plan){.rows = 1, .part = 1, .minimum = 1};
  plan->divided = calloc((size_t)entry->input_count + 1, sizeof *plan->divided);
  return plan->divided || dlp_fail(error, "there is no memory for the batch");
}

bool dlp_plan_make(dlp_plan *plan, const dlc_entry *entry, const dlp_array *inputs, dlp_error *error) {
  if (!dlp_plan_single(plan, entry, error)) return false;
  int32_t leader = find_leader(entry, inputs);
  if (leader < 0) return true;
  const dlc_tensor *input = &entry->inputs[leader];
  plan->rows = inputs[leader].extents[0];
  plan->stacked = inputs[leader].rank > input->rank;
  if (plan->rows < 1) return dlp_fail(error, "input '%s' has no rows", input->name);
  if (!plan->stacked) leading_bounds(entry, input, &plan->minimum, &plan->part);
  for (int32_t i = 0; i < entry->input_count; i++) {
    plan->divided[i] = plan->stacked ? inputs[i].rank == entry->inputs[i].rank + 1
                                     : follows(input, &entry->inputs[i], &inputs[i], plan->rows);
    if (plan->divided[i] && inputs[i].extents[0] != plan->rows)
      return dlp_fail(error, "input '%s' has %lld rows, but '%s' has %lld", entry->inputs[i].name,
                      (long long)inputs[i].extents[0], input->name, (long long)plan->rows);
  }
  return plan->part >= 1 || dlp_fail(error, "input '%s' takes no rows", input->name);
}

void dlp_plan_destroy(dlp_plan *plan) {
  free(plan->divided);
  *plan = (dlp_plan){0};
}
