import DLGraph

/// Weights as small integers with their scales, symmetric about zero.
package struct QuantizedWeights: Sendable {
  /// The integers as `i8`, in the shape of the weights.
  package let integers: Literal
  /// The scale of each output channel.
  package let scales: [Float]

  /// Quantizes `f32` weights with a scale for each index of an axis, or for all alike.
  ///
  /// - Requires: the weights are `f32` and have the axis.
  package init(_ weights: Literal, axis: Int, isShared: Bool, limit: Int = 127) {
    let values = weights.elements(as: Float.self)
    let count = weights.shape[axis]
    let inner = weights.shape[(axis + 1)...].reduce(1, *)
    var greatest = [Float](repeating: 0, count: count)
    for (index, value) in values.enumerated() {
      let channel = index / inner % count
      greatest[channel] = max(greatest[channel], abs(value))
    }
    if isShared { greatest = [Float](repeating: greatest.max() ?? 0, count: count) }
    let scales = greatest.map { Self.scale(greatest: $0, limit: limit) }
    let integers = values.indices.map { index in
      Self.integer(values[index], scale: scales[index / inner % count], limit: limit)
    }
    self.scales = scales
    self.integers = Literal(.i8, shape: weights.shape, elements: integers)
  }

  /// The scale with which the integers up to `limit` cover a magnitude.
  static func scale(greatest: Float, limit: Int) -> Float {
    let scale = greatest / Float(limit)
    return scale.isNormal ? scale : 1
  }

  static func integer(_ value: Float, scale: Float, limit: Int) -> Int8 {
    let rounded = (value / scale).rounded(.toNearestOrEven)
    return rounded.isNaN ? 0 : Int8(min(max(rounded, -Float(limit)), Float(limit)))
  }
}

extension Literal {
  /// For each index of an axis, the sum of the `i8` elements there.
  func sums(axis: Int) -> [Int32] {
    let inner = shape[(axis + 1)...].reduce(1, *)
    var sums = [Int32](repeating: 0, count: shape[axis])
    for (index, value) in elements(as: Int8.self).enumerated() {
      sums[index / inner % shape[axis]] += Int32(value)
    }
    return sums
  }
}
