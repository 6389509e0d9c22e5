#include <string.h>

#include "dlc_support.h"
#include "text.h"

_Static_assert(sizeof(dlc_weights_header) == DLC_ALIGNMENT, "data must be aligned in the file");

bool dlc_weights_check_header(const dlc_model *model, const void *start, size_t header_size,
                              uint64_t file_size, char *message, size_t size) {
  dlc_weights_header header;
  if (header_size < sizeof header || memcmp(start, "DLCWGHT", 8) != 0)
    return dlc_refuse(message, size, "this is not a weight file of dlc");
  memcpy(&header, start, sizeof header);
  if (header.abi_version != DLC_ABI_VERSION)
    return dlc_refuse(message, size, "the weight file has version %u, but this runtime has version %d",
                      header.abi_version, DLC_ABI_VERSION);
  if (header.header_size != sizeof header)
    return dlc_refuse(message, size, "the header of the weight file has %u bytes instead of %zu",
                      header.header_size, sizeof header);
  if (header.weights_size != model->weights_size || header.weights_checksum != model->weights_checksum)
    return dlc_refuse(message, size, "the weights belong to another build of model '%s'", model->name);
  if (file_size - sizeof header != header.weights_size)
    return dlc_refuse(message, size, "the weight file holds %llu bytes of data instead of %llu",
                      (unsigned long long)(file_size - sizeof header),
                      (unsigned long long)header.weights_size);
  return true;
}

bool dlc_weights_check_data(const dlc_model *model, const void *data, char *message, size_t size) {
  uint64_t found = dlc_checksum(data, model->weights_size);
  if (found == model->weights_checksum) return true;
  return dlc_refuse(message, size, "the weights are damaged: their checksum is %016llx instead of %016llx",
                    (unsigned long long)found, (unsigned long long)model->weights_checksum);
}
