// Images as tensors.
#include <stdlib.h>

#include "dlc_support.h"
#include "dlp_formats.h"

void dlp_image_destroy(dlp_image *image) {
  free(image->pixels);
  *image = (dlp_image){0};
}

/// The value of one channel of a pixel as an image with `channels` has it, from 0 to 255.
static double sample(const dlp_image *image, const unsigned char *pixel, int64_t channels, int64_t channel) {
  if (channel == 3) return image->channels % 2 == 0 ? pixel[image->channels - 1] : 255;
  if (image->channels < 3) return pixel[0];
  if (channels > 1) return pixel[channel];
  return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

static double scaled(const dlp_scaling *scaling, double value, int64_t channel) {
  value *= scaling->scale;
  if (scaling->mean_count > 0) value -= scaling->mean[scaling->mean_count > 1 ? channel : 0];
  if (scaling->deviation_count > 0) value /= scaling->deviation[scaling->deviation_count > 1 ? channel : 0];
  return value;
}

static void fill(const dlp_image *image, int64_t channels, const dlp_scaling *scaling, dlp_array *array) {
  size_t index = 0;
  for (int64_t channel = 0; channel < channels; channel++) {
    const unsigned char *pixel = image->pixels;
    for (int64_t i = 0; i < image->width * image->height; i++, pixel += image->channels, index++) {
      double value = sample(image, pixel, channels, channel);
      if (array->type == DLC_U8) ((uint8_t *)array->data)[index] = (uint8_t)(value + 0.5);
      else dlp_array_store(array, index, scaled(scaling, value, channel));
    }
  }
}

static bool fits(const dlc_dimension *dimension, int64_t extent) {
  return dimension->extent >= 0 ? dimension->extent == extent : extent <= dimension->maximum;
}

static bool check_counts(const dlp_scaling *scaling, int64_t channels, dlp_error *error) {
  if ((scaling->mean_count > 1 && scaling->mean_count != channels) ||
      (scaling->deviation_count > 1 && scaling->deviation_count != channels))
    return dlp_fail(error, "the mean and deviation of an image need 1 value or %lld", (long long)channels);
  return true;
}

bool dlp_image_to_array(const dlp_image *image, const dlc_tensor *input, const dlp_scaling *scaling,
                        dlp_array *array, dlp_error *error) {
  int32_t rank = input->rank;
  *array = (dlp_array){0};
  if (input->type > DLC_BF16 && input->type != DLC_U8)
    return dlp_fail(error, "an image can't be an input of type %s", dlc_type_name(input->type));
  if (rank < 2 || rank > DLP_MAXIMUM_RANK)
    return dlp_fail(error, "an image can't be an input of %d axes", rank);
  const dlc_dimension *last = &input->dimensions[rank - 1];
  int64_t channels = 1;
  int64_t extents[DLP_MAXIMUM_RANK];
  for (int32_t axis = 0; axis < rank; axis++) extents[axis] = 1;
  if (rank > 2) {
    // An open number of channels is the image's.
    channels = last[-2].extent >= 0 ? last[-2].extent : image->channels < 3 ? 1 : 3;
    if (channels != 1 && channels != 3 && channels != 4)
      return dlp_fail(error, "an image can't have %lld channels", (long long)channels);
    extents[rank - 3] = channels;
  }
  if (!fits(&last[-1], image->height) || !fits(last, image->width)) {
    char expected[256];
    dlc_tensor_describe(NULL, input, expected, sizeof expected);
    return dlp_fail(error, "the image has %lld x %lld pixels (height x width), but the input is %s",
                    (long long)image->height, (long long)image->width, expected);
  }
  if (!check_counts(scaling, channels, error)) return false;
  extents[rank - 2] = image->height;
  extents[rank - 1] = image->width;
  if (!dlp_array_create(array, input->type, rank, extents, error)) return false;
  fill(image, channels, scaling, array);
  return true;
}
