// Features of AArch64 by the hardware capabilities that the Linux kernel reports.
// Reference: https://docs.kernel.org/arch/arm64/elf_hwcaps.html
#if defined(__aarch64__)
#include <stddef.h>
#include <string.h>

#include "cpu.h"

#if defined(__linux__)
#include <sys/auxv.h>

typedef struct feature {
  const char *name;
  int word;  // 1 or 2: AT_HWCAP or AT_HWCAP2
  int bit;
} feature;

static const feature table[] = {
    {"fp-armv8", 1, 0},  {"neon", 1, 1},     {"aes", 1, 3},    {"sha2", 1, 6},       {"crc", 1, 7},
    {"lse", 1, 8},       {"fullfp16", 1, 9}, {"rdm", 1, 12},   {"jsconv", 1, 13},    {"complxnum", 1, 14},
    {"rcpc", 1, 15},     {"ccpp", 1, 16},    {"sha3", 1, 17},  {"sm4", 1, 19},       {"dotprod", 1, 20},
    {"sve", 1, 22},      {"fp16fml", 1, 23}, {"dit", 1, 24},   {"rcpc-immo", 1, 26}, {"flagm", 1, 27},
    {"ssbs", 1, 28},     {"sb", 1, 29},      {"pauth", 1, 30}, {"fptoint", 2, 8},    {"rand", 2, 16},
    {"bti", 2, 17},      {"mte", 2, 18},     {"sve2", 2, 1},   {"sve2-aes", 2, 2},   {"sve2-bitperm", 2, 4},
    {"sve2-sha3", 2, 5}, {"sve2-sm4", 2, 6}, {"i8mm", 2, 13},  {"bf16", 2, 14},      {"sme", 2, 23},
};

bool dlc_cpu_has(const char *name) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (strcmp(name, table[i].name) != 0) continue;
    return getauxval(table[i].word == 1 ? AT_HWCAP : AT_HWCAP2) >> table[i].bit & 1;
  }
  return false;
}
#else
/// Without a way to ask, what every AArch64 CPU has.
bool dlc_cpu_has(const char *name) { return strcmp(name, "neon") == 0 || strcmp(name, "fp-armv8") == 0; }
#endif
#else
typedef int dlc_not_aarch64;  // a translation unit must not be empty
#endif
