// Features of x86-64 by CPUID, and by XGETBV where the operating system must save the registers.
// Reference: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID.
#if defined(__x86_64__)
#include <cpuid.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cpu.h"

enum { EAX, EBX, ECX, EDX };

/// Bits of XCR0 that must be set: the register state which the operating system saves.
enum { NO_STATE = 0, YMM = 0x6, ZMM = 0xe6, TILES = 0x60000 };

typedef struct feature {
  const char *name;
  unsigned leaf;
  unsigned char subleaf, word, bit;
  uint32_t state;
} feature;

static const feature table[] = {
    // Leaf 1: the base of x86-64 and the first vector extensions.
    {"x87", 1, 0, EDX, 0, NO_STATE},
    {"cx8", 1, 0, EDX, 8, NO_STATE},
    {"cmov", 1, 0, EDX, 15, NO_STATE},
    {"mmx", 1, 0, EDX, 23, NO_STATE},
    {"fxsr", 1, 0, EDX, 24, NO_STATE},
    {"sse", 1, 0, EDX, 25, NO_STATE},
    {"sse2", 1, 0, EDX, 26, NO_STATE},
    {"sse3", 1, 0, ECX, 0, NO_STATE},
    {"pclmul", 1, 0, ECX, 1, NO_STATE},
    {"ssse3", 1, 0, ECX, 9, NO_STATE},
    {"fma", 1, 0, ECX, 12, YMM},
    {"cx16", 1, 0, ECX, 13, NO_STATE},
    {"sse4.1", 1, 0, ECX, 19, NO_STATE},
    {"sse4.2", 1, 0, ECX, 20, NO_STATE},
    {"crc32", 1, 0, ECX, 20, NO_STATE},
    {"movbe", 1, 0, ECX, 22, NO_STATE},
    {"popcnt", 1, 0, ECX, 23, NO_STATE},
    {"aes", 1, 0, ECX, 25, NO_STATE},
    {"xsave", 1, 0, ECX, 26, NO_STATE},
    {"avx", 1, 0, ECX, 28, YMM},
    {"f16c", 1, 0, ECX, 29, YMM},
    {"rdrnd", 1, 0, ECX, 30, NO_STATE},
    // Leaf 7.
    {"fsgsbase", 7, 0, EBX, 0, NO_STATE},
    {"bmi", 7, 0, EBX, 3, NO_STATE},
    {"avx2", 7, 0, EBX, 5, YMM},
    {"bmi2", 7, 0, EBX, 8, NO_STATE},
    {"invpcid", 7, 0, EBX, 10, NO_STATE},
    {"rtm", 7, 0, EBX, 11, NO_STATE},
    {"avx512f", 7, 0, EBX, 16, ZMM},
    {"evex512", 7, 0, EBX, 16, ZMM},
    {"avx512dq", 7, 0, EBX, 17, ZMM},
    {"rdseed", 7, 0, EBX, 18, NO_STATE},
    {"adx", 7, 0, EBX, 19, NO_STATE},
    {"avx512ifma", 7, 0, EBX, 21, ZMM},
    {"clflushopt", 7, 0, EBX, 23, NO_STATE},
    {"clwb", 7, 0, EBX, 24, NO_STATE},
    {"avx512cd", 7, 0, EBX, 28, ZMM},
    {"sha", 7, 0, EBX, 29, NO_STATE},
    {"avx512bw", 7, 0, EBX, 30, ZMM},
    {"avx512vl", 7, 0, EBX, 31, ZMM},
    {"avx512vbmi", 7, 0, ECX, 1, ZMM},
    {"pku", 7, 0, ECX, 4, NO_STATE},
    {"waitpkg", 7, 0, ECX, 5, NO_STATE},
    {"avx512vbmi2", 7, 0, ECX, 6, ZMM},
    {"shstk", 7, 0, ECX, 7, NO_STATE},
    {"gfni", 7, 0, ECX, 8, NO_STATE},
    {"vaes", 7, 0, ECX, 9, YMM},
    {"vpclmulqdq", 7, 0, ECX, 10, YMM},
    {"avx512vnni", 7, 0, ECX, 11, ZMM},
    {"avx512bitalg", 7, 0, ECX, 12, ZMM},
    {"avx512vpopcntdq", 7, 0, ECX, 14, ZMM},
    {"rdpid", 7, 0, ECX, 22, NO_STATE},
    {"cldemote", 7, 0, ECX, 25, NO_STATE},
    {"movdiri", 7, 0, ECX, 27, NO_STATE},
    {"movdir64b", 7, 0, ECX, 28, NO_STATE},
    {"enqcmd", 7, 0, ECX, 29, NO_STATE},
    {"fsrm", 7, 0, EDX, 4, NO_STATE},
    {"uintr", 7, 0, EDX, 5, NO_STATE},
    {"avx512vp2intersect", 7, 0, EDX, 8, ZMM},
    {"serialize", 7, 0, EDX, 14, NO_STATE},
    {"tsxldtrk", 7, 0, EDX, 16, NO_STATE},
    {"pconfig", 7, 0, EDX, 18, NO_STATE},
    {"amx-bf16", 7, 0, EDX, 22, TILES},
    {"avx512fp16", 7, 0, EDX, 23, ZMM},
    {"amx-tile", 7, 0, EDX, 24, TILES},
    {"amx-int8", 7, 0, EDX, 25, TILES},
    {"sha512", 7, 1, EAX, 0, YMM},
    {"sm3", 7, 1, EAX, 1, YMM},
    {"sm4", 7, 1, EAX, 2, YMM},
    {"raoint", 7, 1, EAX, 3, NO_STATE},
    {"avxvnni", 7, 1, EAX, 4, YMM},
    {"avx512bf16", 7, 1, EAX, 5, ZMM},
    {"cmpccxadd", 7, 1, EAX, 7, NO_STATE},
    {"amx-fp16", 7, 1, EAX, 21, TILES},
    {"hreset", 7, 1, EAX, 22, NO_STATE},
    {"avxifma", 7, 1, EAX, 23, YMM},
    {"avxvnniint8", 7, 1, EDX, 4, YMM},
    {"avxneconvert", 7, 1, EDX, 5, YMM},
    {"amx-complex", 7, 1, EDX, 8, TILES},
    {"avxvnniint16", 7, 1, EDX, 10, YMM},
    {"prefetchi", 7, 1, EDX, 14, NO_STATE},
    {"usermsr", 7, 1, EDX, 15, NO_STATE},
    // Leaf 0xd.
    {"xsaveopt", 0xd, 1, EAX, 0, NO_STATE},
    {"xsavec", 0xd, 1, EAX, 1, NO_STATE},
    {"xsaves", 0xd, 1, EAX, 3, NO_STATE},
    // Leaf 0x14.
    {"ptwrite", 0x14, 0, EBX, 4, NO_STATE},
    // Extended leaves.
    {"sahf", 0x80000001u, 0, ECX, 0, NO_STATE},
    {"lzcnt", 0x80000001u, 0, ECX, 5, NO_STATE},
    {"sse4a", 0x80000001u, 0, ECX, 6, NO_STATE},
    {"prfchw", 0x80000001u, 0, ECX, 8, NO_STATE},
    {"xop", 0x80000001u, 0, ECX, 11, YMM},
    {"lwp", 0x80000001u, 0, ECX, 15, NO_STATE},
    {"fma4", 0x80000001u, 0, ECX, 16, YMM},
    {"tbm", 0x80000001u, 0, ECX, 21, NO_STATE},
    {"mwaitx", 0x80000001u, 0, ECX, 29, NO_STATE},
    {"64bit", 0x80000001u, 0, EDX, 29, NO_STATE},
    {"clzero", 0x80000008u, 0, EBX, 0, NO_STATE},
    {"rdpru", 0x80000008u, 0, EBX, 4, NO_STATE},
    {"wbnoinvd", 0x80000008u, 0, EBX, 9, NO_STATE},
};

/// Extended control register 0, or 0 where the operating system doesn't offer it.
static uint64_t saved_state(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

bool dlc_cpu_has(const char *name) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const feature *feature = &table[i];
    if (strcmp(name, feature->name) != 0) continue;
    unsigned w[4];
    if (!__get_cpuid_count(feature->leaf, feature->subleaf, &w[EAX], &w[EBX], &w[ECX], &w[EDX])) return false;
    if (!(w[feature->word] >> feature->bit & 1)) return false;
    return feature->state == NO_STATE || (saved_state() & feature->state) == feature->state;
  }
  return false;
}
#else
typedef int dlc_not_x86;  // a translation unit must not be empty
#endif
