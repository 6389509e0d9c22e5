// The C sources that a program around a compiled model is built from, carried inside the compiler.
#ifndef DLC_PROGRAM_SOURCES_H
#define DLC_PROGRAM_SOURCES_H

#include <stddef.h>

typedef struct dlc_source {
  const char *name;
  const void *bytes;
  size_t size;
} dlc_source;

extern const int dlc_program_source_count;

/// The source of this index in 0..<dlc_program_source_count.
dlc_source dlc_program_source(int index);

#endif
