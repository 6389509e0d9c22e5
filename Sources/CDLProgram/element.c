// Elements as double and back, for every type.
#include <math.h>
#include <string.h>

#include "dlc_support.h"
#include "dlp_array.h"

static float float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double half_value(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  double fraction = bits & 1023;
  double magnitude = exponent == 0    ? ldexp(fraction, -24)
                     : exponent == 31 ? (fraction > 0 ? (double)NAN : (double)INFINITY)
                                      : ldexp(fraction + 1024, exponent - 25);
  return bits >> 15 ? -magnitude : magnitude;
}

/// The nearest binary16, ties to even: scales to the unit of the last place and lets `nearbyint` round.
static uint16_t half_bits(double value) {
  uint16_t sign = signbit(value) ? 0x8000 : 0;
  if (isnan(value)) return sign | 0x7e00;
  value = fabs(value);
  if (value >= 65520) return sign | 0x7c00;
  int exponent;
  frexp(value, &exponent);
  int unit = (value > 0 && exponent > -13 ? exponent : -13) - 11;
  // A fraction that rounds up to 2048 carries into the exponent, as it should.
  uint16_t fraction = (uint16_t)nearbyint(ldexp(value, -unit));
  return unit == -24 ? sign | fraction : (uint16_t)(sign | ((unit + 24) << 10)) + fraction;
}

static uint16_t brain_bits(double value) {
  uint32_t bits = bits_of_float((float)value);
  if (isnan(value)) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

double dlp_array_value(const dlp_array *array, size_t index) {
  const void *data = array->data;
  switch (array->type) {
    case DLC_F64: return ((const double *)data)[index];
    case DLC_F32: return ((const float *)data)[index];
    case DLC_F16: return half_value(((const uint16_t *)data)[index]);
    case DLC_BF16: return float_from_bits((uint32_t)((const uint16_t *)data)[index] << 16);
    case DLC_I64: return (double)((const int64_t *)data)[index];
    case DLC_I32: return ((const int32_t *)data)[index];
    case DLC_I16: return ((const int16_t *)data)[index];
    case DLC_I8: return ((const int8_t *)data)[index];
    default: return ((const uint8_t *)data)[index];
  }
}

void dlp_array_store(dlp_array *array, size_t index, double value) {
  void *data = array->data;
  switch (array->type) {
    case DLC_F64: ((double *)data)[index] = value; return;
    case DLC_F32: ((float *)data)[index] = (float)value; return;
    case DLC_F16: ((uint16_t *)data)[index] = half_bits(value); return;
    case DLC_BF16: ((uint16_t *)data)[index] = brain_bits(value); return;
    default: return;
  }
}
