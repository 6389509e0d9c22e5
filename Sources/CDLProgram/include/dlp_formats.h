// Files that hold tensors or images. Readers check every length: any bytes give a value or an error, and
// never ask for memory out of proportion to the file.
#ifndef DLP_FORMATS_H
#define DLP_FORMATS_H

#include "dlp_array.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that belong to someone else.
typedef struct dlp_bytes {
  const unsigned char *start;
  size_t size;
} dlp_bytes;

// MARK: Tensors

/// Reads an array that NumPy saved: little-endian, in C order. Elements "V2" are bf16, as `ml_dtypes` saves
/// it.
bool dlp_npy_read(dlp_bytes bytes, dlp_array *array, dlp_error *error);

/// Reads every array of a ZIP file that `numpy.savez` or `numpy.savez_compressed` made.
bool dlp_npz_read(dlp_bytes bytes, dlp_archive *archive, dlp_error *error);

/// Reads every tensor of a safetensors file.
///
/// Specification: https://huggingface.co/docs/safetensors/index#format
bool dlp_safetensors_read(dlp_bytes bytes, dlp_archive *archive, dlp_error *error);

// MARK: Images

/// Rows of pixels from the top, 8 bits a sample. Channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
typedef struct dlp_image {
  int64_t width, height, channels;
  unsigned char *pixels;  // owned
} dlp_image;

void dlp_image_destroy(dlp_image *image);

/// Reads a PNG image with 8 bits a sample or a palette of that depth, not interlaced.
///
/// Specification: https://www.w3.org/TR/png-3/
bool dlp_png_read(dlp_bytes bytes, dlp_image *image, dlp_error *error);

/// Reads a PGM or PPM image, as text or binary, with samples of up to 8 bits.
bool dlp_pnm_read(dlp_bytes bytes, dlp_image *image, dlp_error *error);

/// How samples become elements: (sample * scale - mean) / deviation. `mean` and `deviation` have one value
/// for all channels, one for each, or none.
typedef struct dlp_scaling {
  double scale;
  int mean_count, deviation_count;
  double mean[4], deviation[4];
} dlp_scaling;

/// Makes the array that `input` takes of an image. The last three axes are channels, height and width; an
/// input with two has no channels; axes before them become 1. Gray is repeated for RGB, RGB is weighed to
/// gray, alpha is left out unless the input has 4 channels. Elements of type u8 are the samples themselves.
bool dlp_image_to_array(const dlp_image *image, const dlc_tensor *input, const dlp_scaling *scaling,
                        dlp_array *array, dlp_error *error);

// MARK: Compression

/// Expands a DEFLATE stream (RFC 1951) to exactly `size` bytes at `output`, and sets `consumed` to the bytes
/// it took.
bool dlp_inflate(dlp_bytes bytes, unsigned char *output, size_t size, size_t *consumed, dlp_error *error);

/// Whether a DEFLATE stream of `compressed` bytes can expand to `expanded` bytes.
bool dlp_inflate_plausible(uint64_t compressed, uint64_t expanded);

/// The CRC-32 of `bytes`, continued from `crc`; 0 for the first.
uint32_t dlp_crc32(uint32_t crc, dlp_bytes bytes);

// MARK: Writing

/// Writes the arrays to `path`, in the format of its extension: .npy (one array only), .npz or .safetensors.
/// The file appears complete or not at all.
bool dlp_arrays_write(const char *path, size_t count, const char *const *names, const dlp_array *arrays,
                      dlp_error *error);

#ifdef __cplusplus
}
#endif
#endif
