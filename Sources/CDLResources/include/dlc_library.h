#ifndef DLC_LIBRARY_H
#define DLC_LIBRARY_H

#include <stddef.h>

/// A file of the standard library.
struct dlc_library_file {
  /// The path under `library`, without the extension, for example `nn/linear`.
  const char *path;
  const unsigned char *text;
  size_t byte_count;
};

/// The files of the standard library, `dlc_library_count()` of them.
const struct dlc_library_file *dlc_library_begin(void);
size_t dlc_library_count(void);

#endif
