// A model that is ready to run: weights, states, workspace and threads.
#ifndef DLP_SESSION_H
#define DLP_SESSION_H

#include "dlc_support.h"
#include "file.h"

typedef struct dlp_session {
  const dlc_model *model;
  const dlc_entry *entry;
  dlp_mapping mapping;  // of the weights, where they are not embedded
  const void *weights;
  void *workspace;
  dlp_array *states;  // in the order of the model
  void **state_data;  // the data of `states`
  dlc_pool *pool;
  dlc_executor executor;
  const void **inputs;  // room for the pointers of one call
  void **outputs;
  int64_t *symbols, *dimensions;
  dlc_argument *arguments;
} dlp_session;

/// Opens the weights and makes all that calls of `entry` need. `weights` is the path of the file, or NULL to
/// look beside `program`. Their checksum is checked where they are small or `verify` is set. Close the
/// session in any case.
bool dlp_session_open(dlp_session *session, const dlc_model *model, const dlc_entry *entry,
                      const char *weights, const char *program, bool verify, int threads, dlp_error *error);

void dlp_session_close(dlp_session *session);

/// Sets all states to zero.
void dlp_session_reset(dlp_session *session);

/// Runs the entry once and makes its outputs. `demanded` has the value of each symbol, or -1 to take it from
/// the inputs. Adds to `seconds` the time of the model's own code.
bool dlp_session_run(dlp_session *session, const dlp_array *const *inputs, const int64_t *demanded,
                     dlp_array *outputs, double *seconds, dlp_error *error);

/// Reads states that were saved. All must be there.
bool dlp_states_load(dlp_session *session, const char *path, dlp_error *error);

/// Writes the states to a .npz or .safetensors file.
bool dlp_states_save(const dlp_session *session, const char *path, dlp_error *error);

/// Seconds of a clock that never goes back.
double dlp_now(void);

#endif
