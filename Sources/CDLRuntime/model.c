#include <string.h>

#include "dlc_support.h"
#include "text.h"

bool dlc_model_check_version(const dlc_model *model, char *message, size_t size) {
  if (!model) return dlc_refuse(message, size, "there is no model");
  // In another version only the version itself stands where it is expected.
  if (model->abi_version != DLC_ABI_VERSION)
    return dlc_refuse(message, size,
                      "the model has ABI version %u, but this runtime has version %d: "
                      "build both with the same dlc",
                      model->abi_version, DLC_ABI_VERSION);
  if (model->size != sizeof(dlc_model))
    return dlc_refuse(message, size, "the model's descriptor has %u bytes, but ABI version %d has %zu",
                      model->size, DLC_ABI_VERSION, sizeof(dlc_model));
  return true;
}

bool dlc_model_check(const dlc_model *model, char *message, size_t size) {
  if (!dlc_model_check_version(model, message, size)) return false;
  char missing[512];
  int count = dlc_cpu_missing(model->features, missing, sizeof missing);
  if (count > 0)
    return dlc_refuse(message, size, "model '%s' was built for CPU '%s' and needs %s, which this CPU lacks",
                      model->name, model->cpu, missing);
  return true;
}

const dlc_entry *dlc_model_entry(const dlc_model *model, const char *name) {
  for (int32_t i = 0; i < model->entry_count; i++)
    if (strcmp(model->entries[i].name, name) == 0) return &model->entries[i];
  return NULL;
}
