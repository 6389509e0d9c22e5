// A model written by hand, as the compiler would make it: small enough to know every number.
#ifndef MINIATURE_H
#define MINIATURE_H

#include "dlc.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Entries:
/// - forward(x: f32[B, 1, 2, 2]) -> y: f32[B, 3], B in 1...8: y = x (4 numbers a row) @ weight[4, 3] +
/// bias[3].
///   A loop over B.
/// - step(x: f32[2]) -> sum: f32[2]: adds x to the state `total` and returns it.
/// - join(a: f32[N], b: f32[N + 1]) -> joined: f32[2 * N + 1], N in 1...4.
/// - pair(x: f32[2, 2]) -> sums: f32[2]: the sum of each row; always two rows.
///
/// The weights are in a file; `miniature_embedded_model` has them inside.
extern const dlc_model miniature_model;
extern const dlc_model miniature_embedded_model;

/// The weights: weight[i, j] = i + 10 * j, then bias = 0.5, 1.5, 2.5.
extern const float miniature_weights[15];

#ifdef __cplusplus
}
#endif
#endif
