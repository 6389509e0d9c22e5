#include "cpu.h"

#include <string.h>

#include "dlc_support.h"
#include "text.h"

int dlc_cpu_missing(const char *features, char *buffer, size_t size) {
  dlc_text missing = dlc_text_in(buffer, size);
  int count = 0;
  for (const char *start = features ? features : ""; *start;) {
    size_t length = strcspn(start, ",");
    char name[64];
    if (length > 0) {
      size_t kept = length < sizeof name ? length : sizeof name - 1;
      memcpy(name, start, kept);
      name[kept] = 0;
      if (!dlc_cpu_has(name)) dlc_text_append(&missing, "%s%s", count++ > 0 ? ", " : "", name);
    }
    start += length + (start[length] == ',');
  }
  return count;
}

#if !defined(__x86_64__) && !defined(__aarch64__)
bool dlc_cpu_has(const char *feature) {
  (void)feature;
  return false;
}
#endif
