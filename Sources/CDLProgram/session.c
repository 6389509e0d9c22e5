#define _POSIX_C_SOURCE 200809L
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "weights_file.h"

double dlp_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool make_states(dlp_session *session, dlp_error *error) {
  const dlc_model *model = session->model;
  session->states = calloc((size_t)model->state_count + 1, sizeof *session->states);
  session->state_data = calloc((size_t)model->state_count + 1, sizeof *session->state_data);
  if (!session->states || !session->state_data) return dlp_fail(error, "there is no memory for the states");
  for (int32_t i = 0; i < model->state_count; i++) {
    const dlc_tensor *state = &model->states[i];
    int64_t extents[DLP_MAXIMUM_RANK];
    for (int32_t axis = 0; axis < state->rank && axis < DLP_MAXIMUM_RANK; axis++)
      extents[axis] = state->dimensions[axis].maximum;
    if (!dlp_array_create(&session->states[i], state->type, state->rank, extents, error)) return false;
    session->state_data[i] = session->states[i].data;
  }
  return true;
}

static bool make_call(dlp_session *session, dlp_error *error) {
  const dlc_entry *entry = session->entry;
  size_t workspace = ((size_t)entry->workspace_size / DLC_ALIGNMENT + 1) * DLC_ALIGNMENT;
  session->workspace = aligned_alloc(DLC_ALIGNMENT, workspace);
  session->inputs = calloc((size_t)entry->input_count + 1, sizeof *session->inputs);
  session->outputs = calloc((size_t)entry->output_count + 1, sizeof *session->outputs);
  session->symbols = calloc((size_t)entry->symbol_count + 1, sizeof *session->symbols);
  session->dimensions = calloc((size_t)dlc_entry_rank_sum(entry) + 1, sizeof *session->dimensions);
  session->arguments = calloc((size_t)entry->input_count + 1, sizeof *session->arguments);
  if (session->workspace && session->inputs && session->outputs && session->symbols && session->dimensions &&
      session->arguments)
    return true;
  return dlp_fail(error, "there is no memory for the workspace of %zu bytes", workspace);
}

bool dlp_session_open(dlp_session *session, const dlc_model *model, const dlc_entry *entry,
                      const char *weights, const char *program, bool verify, int threads, dlp_error *error) {
  *session = (dlp_session){.model = model, .entry = entry};
  if (!dlp_weights_open(model, weights, program, verify, &session->mapping, &session->weights, error))
    return false;
  if (!make_states(session, error) || !make_call(session, error)) return false;
  if (threads > 1) {
    session->pool = dlc_pool_create(threads);
    if (!session->pool) return dlp_fail(error, "there is no memory for %d threads", threads);
    session->executor = dlc_pool_executor(session->pool);
  }
  return true;
}

void dlp_session_close(dlp_session *session) {
  for (int32_t i = 0; session->states && i < session->model->state_count; i++)
    dlp_array_destroy(&session->states[i]);
  free(session->states);
  free(session->state_data);
  free(session->workspace);
  free(session->inputs);
  free(session->outputs);
  free(session->symbols);
  free(session->dimensions);
  free(session->arguments);
  dlc_pool_destroy(session->pool);
  dlp_mapping_close(&session->mapping);
  *session = (dlp_session){0};
}

void dlp_session_reset(dlp_session *session) {
  for (int32_t i = 0; i < session->model->state_count; i++)
    memset(session->states[i].data, 0, session->states[i].bytes);
}

/// Makes the outputs with the dimensions that the symbols' values give.
static bool make_outputs(dlp_session *session, dlp_array *outputs, dlp_error *error) {
  const dlc_entry *entry = session->entry;
  const int64_t *extents = session->dimensions;
  for (int32_t i = 0; i < entry->input_count; i++) extents += entry->inputs[i].rank;
  for (int32_t i = 0; i < entry->output_count; i++) {
    const dlc_tensor *output = &entry->outputs[i];
    if (!dlp_array_create(&outputs[i], output->type, output->rank, extents, error)) {
      while (i-- > 0) dlp_array_destroy(&outputs[i]);
      return false;
    }
    session->outputs[i] = outputs[i].data;
    extents += output->rank;
  }
  return true;
}

bool dlp_session_run(dlp_session *session, const dlp_array *const *inputs, const int64_t *demanded,
                     dlp_array *outputs, double *seconds, dlp_error *error) {
  const dlc_entry *entry = session->entry;
  for (int32_t i = 0; i < entry->input_count; i++) {
    session->arguments[i] = (dlc_argument){inputs[i]->type, inputs[i]->rank, inputs[i]->extents};
    session->inputs[i] = inputs[i]->data;
  }
  memcpy(session->symbols, demanded, (size_t)entry->symbol_count * sizeof *demanded);
  if (!dlc_entry_bind(entry, session->arguments, session->symbols, session->dimensions, error->text,
                      sizeof error->text))
    return false;
  if (!make_outputs(session, outputs, error)) return false;
  dlc_call call = {
      .weights = session->weights,
      .workspace = session->workspace,
      .inputs = session->inputs,
      .outputs = session->outputs,
      .states = session->state_data,
      .symbols = session->symbols,
      .executor = session->pool ? &session->executor : NULL,
  };
  double start = dlp_now();
  entry->run(&call);
  *seconds += dlp_now() - start;
  return true;
}
