#include "info.h"

#include "dlc_support.h"

static void print_tensors(FILE *out, const char *kind, const dlc_entry *entry, const dlc_tensor *tensors,
                          int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    char text[512];
    dlc_tensor_describe(entry, &tensors[i], text, sizeof text);
    fprintf(out, "  %-9s %s: %s\n", kind, tensors[i].name, text);
  }
}

static void print_entry(FILE *out, const dlc_entry *entry) {
  fprintf(out, "entry %s\n", entry->name);
  print_tensors(out, "input", entry, entry->inputs, entry->input_count);
  print_tensors(out, "output", entry, entry->outputs, entry->output_count);
  for (int32_t i = 0; i < entry->symbol_count; i++)
    fprintf(out, "  %-9s %s in %lld...%lld\n", "dimension", entry->symbols[i].name,
            (long long)entry->symbols[i].minimum, (long long)entry->symbols[i].maximum);
  fprintf(out, "  %-9s %lld bytes\n", "workspace", (long long)entry->workspace_size);
}

static void print_text(FILE *out, const char *name, const char *text) {
  if (text && *text) fprintf(out, "%-11s %s\n", name, text);
}

void dlp_info(FILE *out, const dlc_model *model) {
  fprintf(out, "model %s\n", model->name);
  for (int32_t i = 0; i < model->entry_count; i++) print_entry(out, &model->entries[i]);
  print_tensors(out, "state", NULL, model->states, model->state_count);
  fprintf(out, "%-11s %llu bytes, %s\n", "weights", (unsigned long long)model->weights_size,
          model->weights_size == 0 ? "none needed"
          : model->weights         ? "embedded"
                                   : "in a .dlw file");
  print_text(out, "target", model->triple);
  print_text(out, "cpu", model->cpu);
  print_text(out, "features", model->features);
  print_text(out, "compiler", model->compiler);
  print_text(out, "recipe", model->recipe);
  print_text(out, "source", model->source);
  char missing[512];
  if (dlc_cpu_missing(model->features, missing, sizeof missing) > 0)
    fprintf(out, "%-11s %s\n", "lacking", missing);
}
