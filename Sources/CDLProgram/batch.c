#include "batch.h"

#include <stdlib.h>
#include <string.h>

/// Rows `begin` and `count - 1` more of an input; the last is repeated up to `padded` rows.
static bool take_rows(const dlp_plan *plan, const dlp_array *rows, int64_t begin, int64_t count,
                      int64_t padded, dlp_array *part, dlp_error *error) {
  int64_t extents[DLP_MAXIMUM_RANK];
  memcpy(extents, rows->extents, sizeof extents);
  extents[0] = padded;
  if (!dlp_array_create(part, rows->type, rows->rank, extents, error)) return false;
  size_t stride = rows->bytes / (size_t)rows->extents[0];
  const char *source = (const char *)rows->data + (size_t)begin * stride;
  for (int64_t i = 0; i < padded; i++)
    memcpy((char *)part->data + (size_t)i * stride, source + (size_t)(i < count ? i : count - 1) * stride,
           stride);
  if (!plan->stacked) return true;
  // The axis of rows, of extent 1, is not the entry's.
  memmove(part->extents, part->extents + 1, sizeof part->extents - sizeof *part->extents);
  part->rank--;
  return true;
}

/// Puts the rows of one part's output into the whole, which the first part makes.
static bool put_rows(const dlp_plan *plan, const char *name, const dlp_array *part, int64_t begin,
                     int64_t count, int64_t padded, dlp_array *whole, dlp_error *error) {
  int64_t extents[DLP_MAXIMUM_RANK] = {0};
  int32_t added = plan->stacked ? 1 : 0;
  if (part->rank + added > DLP_MAXIMUM_RANK || (!added && (part->rank == 0 || part->extents[0] != padded)))
    return dlp_fail(error, "output '%s' has not the rows of the inputs", name);
  memcpy(extents + added, part->extents, (size_t)part->rank * sizeof *extents);
  extents[0] = plan->rows;
  if (!whole->data && !dlp_array_create(whole, part->type, part->rank + added, extents, error)) return false;
  if (memcmp(whole->extents, extents, sizeof extents) != 0)
    return dlp_fail(error, "output '%s' has another shape for each part of the inputs", name);
  size_t stride = part->bytes / (size_t)padded;
  memcpy((char *)whole->data + (size_t)begin * stride, part->data, (size_t)count * stride);
  return true;
}

/// What a part needs besides the plan.
typedef struct parts {
  const dlp_array **pointers;  // the inputs of a part
  dlp_array *inputs, *outputs;
} parts;

static bool run_part(const dlp_plan *plan, dlp_session *session, parts *parts, const dlp_array *inputs,
                     const int64_t *demanded, int64_t begin, dlp_array *outputs, double *seconds,
                     dlp_error *error) {
  const dlc_entry *entry = session->entry;
  int64_t left = plan->rows - begin;
  int64_t count = left < plan->part ? left : plan->part;
  int64_t padded = count < plan->minimum ? plan->minimum : count;
  bool fine = true;
  for (int32_t i = 0; i < entry->input_count && fine; i++) {
    parts->pointers[i] = plan->divided[i] ? &parts->inputs[i] : &inputs[i];
    if (plan->divided[i]) fine = take_rows(plan, &inputs[i], begin, count, padded, &parts->inputs[i], error);
  }
  fine = fine && dlp_session_run(session, parts->pointers, demanded, parts->outputs, seconds, error);
  for (int32_t i = 0; i < entry->output_count && fine; i++)
    fine =
        put_rows(plan, entry->outputs[i].name, &parts->outputs[i], begin, count, padded, &outputs[i], error);
  for (int32_t i = 0; i < entry->input_count; i++) dlp_array_destroy(&parts->inputs[i]);
  for (int32_t i = 0; i < entry->output_count; i++) dlp_array_destroy(&parts->outputs[i]);
  return fine;
}

static bool is_divided(const dlp_plan *plan, int32_t count) {
  for (int32_t i = 0; i < count; i++)
    if (plan->divided[i]) return true;
  return false;
}

static bool run_whole(dlp_session *session, parts *parts, const dlp_array *inputs, const int64_t *demanded,
                      dlp_array *outputs, double *seconds, dlp_error *error) {
  for (int32_t i = 0; i < session->entry->input_count; i++) parts->pointers[i] = &inputs[i];
  return dlp_session_run(session, parts->pointers, demanded, outputs, seconds, error);
}

bool dlp_plan_run(const dlp_plan *plan, dlp_session *session, const dlp_array *inputs,
                  const int64_t *demanded, dlp_array *outputs, double *seconds, dlp_error *error) {
  const dlc_entry *entry = session->entry;
  parts parts = {
      calloc((size_t)entry->input_count + 1, sizeof *parts.pointers),
      calloc((size_t)entry->input_count + 1, sizeof *parts.inputs),
      calloc((size_t)entry->output_count + 1, sizeof *parts.outputs),
  };
  bool fine = parts.pointers && parts.inputs && parts.outputs;
  if (!fine) {
    dlp_fail(error, "there is no memory for the batch");
  } else if (!is_divided(plan, entry->input_count)) {
    fine = run_whole(session, &parts, inputs, demanded, outputs, seconds, error);
  } else {
    for (int64_t begin = 0; begin < plan->rows && fine; begin += plan->part) {
      if (begin > 0) dlp_session_reset(session);
      fine = run_part(plan, session, &parts, inputs, demanded, begin, outputs, seconds, error);
    }
  }
  free(parts.pointers);
  free(parts.inputs);
  free(parts.outputs);
  return fine;
}
