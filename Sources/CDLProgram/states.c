// States in a file, so that a stream can go on in another run.
#include <stdlib.h>
#include <string.h>

#include "inputs.h"
#include "session.h"

bool dlp_states_load(dlp_session *session, const char *path, dlp_error *error) {
  const dlc_model *model = session->model;
  dlp_archive archive;
  if (!dlp_archive_load(&archive, path, error)) return false;
  bool fine = true;
  for (int32_t i = 0; i < model->state_count && fine; i++) {
    dlp_array *state = &session->states[i];
    const dlp_array *found = dlp_archive_find(&archive, model->states[i].name);
    if (!found) {
      fine = dlp_fail(error, "%s: has no state '%s'", path, model->states[i].name);
    } else if (found->type != state->type || found->rank != state->rank || found->bytes != state->bytes ||
               memcmp(found->extents, state->extents, sizeof state->extents) != 0) {
      char expected[256], actual[256];
      dlp_array_describe(state, expected, sizeof expected);
      dlp_array_describe(found, actual, sizeof actual);
      fine = dlp_fail(error, "%s: state '%s': expected %s, found %s", path, model->states[i].name, expected,
                      actual);
    } else {
      memcpy(state->data, found->data, state->bytes);
    }
  }
  dlp_archive_destroy(&archive);
  return fine;
}

bool dlp_states_save(const dlp_session *session, const char *path, dlp_error *error) {
  size_t count = (size_t)session->model->state_count;
  const char **names = calloc(count + 1, sizeof *names);
  if (!names) return dlp_fail(error, "there is no memory for the names of the states");
  for (size_t i = 0; i < count; i++) names[i] = session->model->states[i].name;
  bool fine = dlp_arrays_write(path, count, names, session->states, error);
  free(names);
  return fine;
}
