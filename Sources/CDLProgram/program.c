// The way of a run, from the arguments to the results.
#define _POSIX_C_SOURCE 200809L
#include "dlprogram.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "info.h"
#include "inputs.h"
#include "report.h"

/// The entry that was named; without a name the only one, or "forward".
static const dlc_entry *choose_entry(const dlc_model *model, const char *name, dlp_error *error) {
  if (!name && model->entry_count == 1) return model->entries;
  const dlc_entry *entry = dlc_model_entry(model, name ? name : "forward");
  if (entry) return entry;
  char names[512] = "";
  for (int32_t i = 0; i < model->entry_count; i++) {
    size_t used = strlen(names);
    snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", model->entries[i].name);
  }
  dlp_fail(error, "name an entry of '%s': %s", model->name, names);
  return NULL;
}

/// Everything that a run holds, so that one place frees it.
typedef struct run {
  dlp_session session;
  dlp_plan plan;
  dlp_array *inputs, *outputs;
  int64_t *demanded;
  double *seconds;
} run;

/// Gives every symbol its value from `--dim`, or -1.
static bool demand_symbols(const dlc_entry *entry, const dlp_options *options, int64_t *demanded,
                           dlp_error *error) {
  for (int32_t i = 0; i < entry->symbol_count; i++) demanded[i] = -1;
  for (size_t i = 0; i < options->dimension_count; i++) {
    const dlp_setting *setting = &options->dimensions[i];
    int32_t symbol = 0;
    while (symbol < entry->symbol_count && strcmp(entry->symbols[symbol].name, setting->name) != 0) symbol++;
    if (symbol == entry->symbol_count)
      return dlp_fail(error, "'%s' has no open dimension '%s'", entry->name, setting->name);
    char *end;
    demanded[symbol] = strtoll(setting->value, &end, 10);
    if (end == setting->value || *end || demanded[symbol] < 0)
      return dlp_fail(error, "dimension '%s' needs a number, not '%s'", setting->name, setting->value);
  }
  return true;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/// Runs as often as asked for, each time from the same states.
static bool run_all(run *run, const dlp_options *options, dlp_error *error) {
  const dlc_entry *entry = run->session.entry;
  for (int64_t i = 0; i < options->repeat; i++) {
    for (int32_t output = 0; output < entry->output_count; output++) dlp_array_destroy(&run->outputs[output]);
    if (i > 0) dlp_session_reset(&run->session);
    if (i > 0 && options->state && access(options->state, F_OK) == 0 &&
        !dlp_states_load(&run->session, options->state, error))
      return false;
    if (!dlp_plan_run(&run->plan, &run->session, run->inputs, run->demanded, run->outputs, &run->seconds[i],
                      error))
      return false;
  }
  qsort(run->seconds, (size_t)options->repeat, sizeof *run->seconds, ascending);
  return true;
}

static bool allocate(run *run, const dlc_entry *entry, const dlp_options *options, dlp_error *error) {
  run->inputs = calloc((size_t)entry->input_count + 1, sizeof *run->inputs);
  run->outputs = calloc((size_t)entry->output_count + 1, sizeof *run->outputs);
  run->demanded = calloc((size_t)entry->symbol_count + 1, sizeof *run->demanded);
  run->seconds = calloc((size_t)options->repeat, sizeof *run->seconds);
  if (run->inputs && run->outputs && run->demanded && run->seconds) return true;
  return dlp_fail(error, "there is no memory for the tensors");
}

static void release(run *run, const dlc_entry *entry) {
  for (int32_t i = 0; run->inputs && i < entry->input_count; i++) dlp_array_destroy(&run->inputs[i]);
  for (int32_t i = 0; run->outputs && i < entry->output_count; i++) dlp_array_destroy(&run->outputs[i]);
  free(run->inputs);
  free(run->outputs);
  free(run->demanded);
  free(run->seconds);
  dlp_plan_destroy(&run->plan);
  if (run->session.model) dlp_session_close(&run->session);
}

static bool load_states(run *run, const dlp_options *options, dlp_error *error) {
  if (!options->state) return true;
  if (options->batch) return dlp_fail(error, "--state and --batch exclude each other");
  return access(options->state, F_OK) != 0 || dlp_states_load(&run->session, options->state, error);
}

static bool execute(run *run, const dlc_model *model, const dlc_entry *entry, const dlp_options *options,
                    const char *program, FILE *out, dlp_error *error) {
  double start = dlp_now();
  if (!dlc_model_check(model, error->text, sizeof error->text)) return false;
  if (!dlp_session_open(&run->session, model, entry, options->weights, program, options->verify,
                        (int)options->threads, error))
    return false;
  double load_seconds = dlp_now() - start;
  if (!allocate(run, entry, options, error) || !demand_symbols(entry, options, run->demanded, error) ||
      !load_states(run, options, error) || !dlp_inputs_load(entry, options, run->inputs, error))
    return false;
  if (!(options->batch ? dlp_plan_make(&run->plan, entry, run->inputs, error)
                       : dlp_plan_single(&run->plan, entry, error)))
    return false;
  if (!run_all(run, options, error)) return false;
  dlp_outcome outcome = {
      model,        entry,        run->inputs,     run->outputs,         run->plan.rows,
      load_seconds, run->seconds, options->repeat, (int)options->threads};
  return dlp_report(out, options, &outcome, error) &&
         (!options->state || dlp_states_save(&run->session, options->state, error));
}

static bool run_program(const dlc_model *model, const dlp_options *options, const char *program, FILE *out,
                        dlp_error *error) {
  if (options->help) return dlp_help(out, model, program), true;
  if (options->info) return dlp_info(out, model), true;
  const dlc_entry *entry = choose_entry(model, options->entry, error);
  if (!entry) return false;
  run run = {0};
  bool fine = execute(&run, model, entry, options, program, out, error);
  release(&run, entry);
  return fine;
}

int dlp_main(const dlc_model *model, int count, char **arguments, FILE *out, FILE *err) {
  dlp_options options = {0};
  dlp_error error = {{0}};
  const char *program = count > 0 ? arguments[0] : "program";
  bool fine = dlc_model_check_version(model, error.text, sizeof error.text) &&
              dlp_options_parse(&options, model, count, arguments, &error) &&
              run_program(model, &options, program, out, &error);
  dlp_options_destroy(&options);
  if (!fine) fprintf(err, "error: %s\n", error.text);
  return fine ? 0 : 1;
}
