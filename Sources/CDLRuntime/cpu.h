// What the CPU this code runs on can do.
#ifndef DLC_CPU_H
#define DLC_CPU_H

#include <stdbool.h>

/// Whether CPU and operating system support the feature with this name of LLVM's. One implementation for each
/// architecture, in `cpu_*.c`; an unknown name is not supported.
bool dlc_cpu_has(const char *feature);

#endif
