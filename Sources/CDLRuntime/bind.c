// Symbols from shapes: what a call must know before it can run.
#include "dlc_support.h"
#include "text.h"

enum { MESSAGE_PART = 512 };

/// Writes what an input must be: symbols with the value found so far, as in "f32[B=4, 3]".
static void describe_expected(const dlc_entry *entry, const dlc_tensor *input, const int64_t *symbols,
                              const int64_t *extents, char *buffer) {
  dlc_text text = dlc_text_in(buffer, MESSAGE_PART);
  dlc_text_append(&text, "%s[", dlc_type_name(input->type));
  for (int32_t axis = 0; axis < input->rank; axis++) {
    const dlc_dimension *dimension = &input->dimensions[axis];
    int32_t symbol = dimension->symbol;
    if (axis > 0) dlc_text_append(&text, ", ");
    if (dimension->extent >= 0) {
      dlc_text_append(&text, "%lld", (long long)dimension->extent);
    } else if (symbol >= 0) {
      dlc_text_append(&text, "%s", entry->symbols[symbol].name);
      if (symbols[symbol] >= 0) dlc_text_append(&text, "=%lld", (long long)symbols[symbol]);
    } else if (extents) {
      dlc_text_append(&text, "%lld", (long long)extents[axis]);
    } else {
      dlc_text_append(&text, "<=%lld", (long long)dimension->maximum);
    }
  }
  dlc_text_append(&text, "]");
}

static void describe_found(const dlc_argument *argument, char *buffer) {
  dlc_text text = dlc_text_in(buffer, MESSAGE_PART);
  dlc_text_append(&text, "%s[", dlc_type_name(argument->type));
  for (int32_t axis = 0; axis < argument->rank; axis++)
    dlc_text_append(&text, "%s%lld", axis > 0 ? ", " : "", (long long)argument->extents[axis]);
  dlc_text_append(&text, "]");
}

/// Says that an input has not the expected type; `extents` is NULL where not all symbols are known.
static bool refuse_input(const dlc_entry *entry, int32_t index, const dlc_argument *argument,
                         const int64_t *symbols, const int64_t *extents, char *message, size_t size) {
  char expected[MESSAGE_PART], found[MESSAGE_PART];
  describe_expected(entry, &entry->inputs[index], symbols, extents, expected);
  describe_found(argument, found);
  return dlc_refuse(message, size, "input '%s': expected %s, found %s", entry->inputs[index].name, expected,
                    found);
}

/// Takes the symbols that stand alone in the input's shape from the argument's; false where it can't be the
/// input.
static bool infer_symbols(const dlc_tensor *input, const dlc_argument *argument, int64_t *symbols) {
  if (input->type != argument->type || input->rank != argument->rank) return false;
  for (int32_t axis = 0; axis < input->rank; axis++) {
    const dlc_dimension *dimension = &input->dimensions[axis];
    int64_t extent = argument->extents[axis];
    int64_t expected = dimension->extent;
    if (expected < 0 && dimension->symbol >= 0) expected = symbols[dimension->symbol];
    if (expected >= 0 && extent != expected) return false;
    if (dimension->extent < 0 && dimension->symbol >= 0) symbols[dimension->symbol] = extent;
  }
  return true;
}

static bool check_symbols(const dlc_entry *entry, const int64_t *symbols, char *message, size_t size) {
  for (int32_t i = 0; i < entry->symbol_count; i++) {
    const dlc_symbol *symbol = &entry->symbols[i];
    if (symbols[i] < 0)
      return dlc_refuse(message, size,
                        "dimension '%s' of '%s' does not follow from the inputs' shapes: give its value",
                        symbol->name, entry->name);
    if (symbols[i] < symbol->minimum || symbols[i] > symbol->maximum)
      return dlc_refuse(message, size,
                        "dimension '%s' of '%s' is %lld, but the model was built for %lld...%lld",
                        symbol->name, entry->name, (long long)symbols[i], (long long)symbol->minimum,
                        (long long)symbol->maximum);
  }
  return true;
}

bool dlc_entry_bind(const dlc_entry *entry, const dlc_argument *arguments, int64_t *symbols,
                    int64_t *dimensions, char *message, size_t size) {
  for (int32_t i = 0; i < entry->input_count; i++)
    if (!infer_symbols(&entry->inputs[i], &arguments[i], symbols))
      return refuse_input(entry, i, &arguments[i], symbols, NULL, message, size);
  if (!check_symbols(entry, symbols, message, size)) return false;
  entry->shapes(symbols, dimensions);
  for (int32_t i = 0; i < entry->input_count; i++) {
    for (int32_t axis = 0; axis < entry->inputs[i].rank; axis++)
      if (dimensions[axis] != arguments[i].extents[axis])
        return refuse_input(entry, i, &arguments[i], symbols, dimensions, message, size);
    dimensions += entry->inputs[i].rank;
  }
  return true;
}

int32_t dlc_entry_rank_sum(const dlc_entry *entry) {
  int32_t sum = 0;
  for (int32_t i = 0; i < entry->input_count; i++) sum += entry->inputs[i].rank;
  for (int32_t i = 0; i < entry->output_count; i++) sum += entry->outputs[i].rank;
  return sum;
}
