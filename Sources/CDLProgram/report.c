#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "compare.h"
#include "draw.h"
#include "json.h"
#include "print.h"

/// What is found out about the outputs before anything is printed.
typedef struct findings {
  dlp_classes classes;  // of the first output; `array` is NULL where nothing asks for them
  dlp_labels labels;
  size_t correct;
  double difference;
} findings;

static double median(const dlp_outcome *outcome) {
  return 0.5 * (outcome->seconds[(outcome->runs - 1) / 2] + outcome->seconds[outcome->runs / 2]);
}

static bool find(const dlp_options *options, const dlp_outcome *outcome, findings *findings,
                 dlp_error *error) {
  const char *needs_classes = options->accuracy   ? "--accuracy"
                              : options->top > 0  ? "--top"
                              : options->draw > 0 ? "--draw"
                                                  : NULL;
  if (needs_classes && outcome->entry->output_count == 0)
    return dlp_fail(error, "%s needs an output with an axis of classes", needs_classes);
  if (needs_classes && !dlp_classes_of(outcome->outputs, needs_classes, &findings->classes, error))
    return false;
  if (options->labels && !dlp_labels_load(&findings->labels, options->labels, error)) return false;
  if (options->accuracy &&
      !dlp_classes_accuracy(&findings->classes, options->accuracy, &findings->correct, error))
    return false;
  return !options->expect || dlp_compare(outcome->entry, outcome->outputs, options->expect,
                                         options->tolerance, &findings->difference, error);
}

static bool write_outputs(const dlp_options *options, const dlp_outcome *outcome, dlp_error *error) {
  size_t count = (size_t)outcome->entry->output_count;
  const char **names = calloc(count + 1, sizeof *names);
  if (!names) return dlp_fail(error, "there is no memory for the names of the outputs");
  for (size_t i = 0; i < count; i++) names[i] = outcome->entry->outputs[i].name;
  bool fine = dlp_arrays_write(options->output, count, names, outcome->outputs, error);
  free(names);
  return fine;
}

static size_t shown_classes(const dlp_options *options, const findings *findings) {
  size_t top = options->top > 0 ? (size_t)options->top : 1;
  return top < findings->classes.count ? top : findings->classes.count;
}

static void print_top(FILE *out, const findings *findings, size_t top, size_t *indices) {
  const dlp_classes *classes = &findings->classes;
  for (size_t row = 0; row < classes->rows; row++) {
    dlp_classes_top(classes, row, top, indices);
    if (classes->rows > 1) fprintf(out, "row %zu:", row);
    for (size_t i = 0; i < top; i++) {
      double value = dlp_array_value(classes->array, row * classes->count + indices[i]);
      fprintf(out, "%s%zu (%.6g)", i > 0 ? ", " : classes->rows > 1 ? " " : "", indices[i], value);
      if (indices[i] < findings->labels.count) fprintf(out, " %s", findings->labels.lines[indices[i]]);
    }
    fputc('\n', out);
  }
}

static void print_text(FILE *out, const dlp_options *options, const dlp_outcome *outcome,
                       const findings *findings, size_t top, size_t *indices) {
  if (options->top > 0) print_top(out, findings, top, indices);
  bool silent = options->output || options->top > 0 || options->draw > 0 || options->expect || options->accuracy;
  for (int32_t i = 0; i < outcome->entry->output_count && !silent; i++)
    dlp_print_array(out, outcome->entry->outputs[i].name, &outcome->outputs[i]);
  if (options->expect) fprintf(out, "greatest difference %.3g\n", findings->difference);
  if (options->accuracy)
    fprintf(out, "accuracy %zu/%zu = %.4f\n", findings->correct, findings->classes.rows,
            (double)findings->correct / (double)findings->classes.rows);
  if (options->repeat == 1) return;
  fprintf(out, "load %.3f ms, run %.4f ms (median of %lld), %.4f ms (least)", 1e3 * outcome->load_seconds,
          1e3 * median(outcome), (long long)outcome->runs, 1e3 * outcome->seconds[0]);
  if (outcome->rows > 1) fprintf(out, ", %.4f ms a row", 1e3 * median(outcome) / (double)outcome->rows);
  fputc('\n', out);
}

/// Prints the greatest classes of each row, by index.
static void print_predictions(FILE *out, const findings *findings, size_t top, size_t *indices) {
  fprintf(out, ",\n  \"predictions\": [");
  for (size_t row = 0; row < findings->classes.rows; row++) {
    dlp_classes_top(&findings->classes, row, top, indices);
    fprintf(out, "%s%s", row > 0 ? ", " : "", top > 1 ? "[" : "");
    for (size_t i = 0; i < top; i++) fprintf(out, "%s%zu", i > 0 ? ", " : "", indices[i]);
    fputs(top > 1 ? "]" : "", out);
  }
  fputc(']', out);
}

static void print_json(FILE *out, const dlp_options *options, const dlp_outcome *outcome,
                       const findings *findings, size_t top, size_t *indices) {
  fprintf(out, "{\n  \"model\": ");
  dlp_json_write_string(out, outcome->model->name);
  fprintf(out, ",\n  \"entry\": ");
  dlp_json_write_string(out, outcome->entry->name);
  fprintf(out, ",\n  \"threads\": %d,\n  \"rows\": %lld,\n  \"runs\": %lld", outcome->threads,
          (long long)outcome->rows, (long long)outcome->runs);
  fprintf(out,
          ",\n  \"load_ms\": %.6f,\n  \"run_ms_median\": %.6f,\n  \"run_ms_min\": %.6f,\n  \"row_ms\": %.6f",
          1e3 * outcome->load_seconds, 1e3 * median(outcome), 1e3 * outcome->seconds[0],
          1e3 * median(outcome) / (double)outcome->rows);
  if (options->expect) fprintf(out, ",\n  \"greatest_difference\": %.9g", findings->difference);
  if (options->accuracy)
    fprintf(out, ",\n  \"correct\": %zu,\n  \"labels\": %zu,\n  \"accuracy\": %.9g", findings->correct,
            findings->classes.rows, (double)findings->correct / (double)findings->classes.rows);
  if (findings->classes.array) print_predictions(out, findings, top, indices);
  fputs("\n}\n", out);
}

bool dlp_report(FILE *out, const dlp_options *options, const dlp_outcome *outcome, dlp_error *error) {
  findings findings = {0};
  bool fine = find(options, outcome, &findings, error) &&
              (!options->output || write_outputs(options, outcome, error));
  size_t top = shown_classes(options, &findings);
  size_t *indices = fine ? calloc(top + 1, sizeof *indices) : NULL;
  if (fine && !indices) fine = dlp_fail(error, "there is no memory for %zu classes", top);
  if (fine && options->draw > 0 && !options->json) {
    if (outcome->entry->input_count == 0) fine = dlp_fail(error, "--draw needs an input");
    else fine = dlp_draw(out, outcome->inputs, &findings.classes, (size_t)options->draw, error);
  }
  if (fine) (options->json ? print_json : print_text)(out, options, outcome, &findings, top, indices);
  free(indices);
  dlp_labels_destroy(&findings.labels);
  if (fine && (fflush(out) != 0 || ferror(out))) return dlp_fail(error, "the results can't be printed");
  return fine;
}
