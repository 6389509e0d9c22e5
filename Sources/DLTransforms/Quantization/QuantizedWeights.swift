import DLGraph
import DLLoops

/// Weights as small integers with their scales, symmetric about zero.
package struct QuantizedWeights: Sendable {
  /// The integers as `i8`, in the shape of the weights.
  package let integers: Literal
  /// The scale of each output channel.
  package let scales: [Float]

  /// Quantizes `f32` weights with a scale for each index of an axis, or for all alike.
  ///
  /// - Parameter isBounded: whether the integers of two neighbouring terms shall add up to no more than 128, so that
  ///   unsigned bytes times them have a sum of 16 bits.
  /// - Requires: the weights are `f32` and have the axis.
  package init(_ weights: Literal, axis: Int, isShared: Bool, isBounded: Bool = false) {
    let values = weights.elements(as: Float.self)
    let count = weights.shape[axis]
    let inner = weights.shape[(axis + 1)...].reduce(1, *)
    var greatest = [Float](repeating: 0, count: count)
    for (index, value) in values.enumerated() {
      let channel = index / inner % count
      greatest[channel] = max(greatest[channel], abs(value))
    }
    if isBounded {
      // Rounding adds one half to each of two terms.
      for (channel, sum) in weights.greatestNeighbours(axis: axis).enumerated() {
        greatest[channel] = max(greatest[channel], sum)
      }
    }
    if isShared { greatest = [Float](repeating: greatest.max() ?? 0, count: count) }
    let scales = greatest.map { Self.scale(greatest: $0) }
    let integers = values.indices.map { index in
      Self.integer(values[index], scale: scales[index / inner % count])
    }
    self.scales = scales
    self.integers = Literal(.i8, shape: weights.shape, elements: integers)
  }

  /// The greatest magnitude of an integer.
  private static let limit: Float = 127

  /// The scale with which the integers cover a magnitude.
  private static func scale(greatest: Float) -> Float {
    let scale = greatest / limit
    return scale.isNormal ? scale : 1
  }

  private static func integer(_ value: Float, scale: Float) -> Int8 {
    let rounded = (value / scale).rounded(.toNearestOrEven)
    return rounded.isNaN ? 0 : Int8(min(max(rounded, -limit), limit))
  }
}

extension Literal {
  /// For each index of an axis of `f32` weights, the greatest magnitude of the sum of two neighbouring terms of one sign.
  ///
  /// Terms follow each other by the next axis, the input channels of a convolution, then by the axes after it; where the
  /// channels don't fill a word of bytes, they may also do so the other way round.
  fileprivate func greatestNeighbours(axis: Int) -> [Float] {
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    let terms = axis == 0 ? 1 : 0
    let places = shape[(terms + 1)...].reduce(1, *) / (axis > terms ? shape[axis] : 1)
    return withUnsafeBytes { bytes in
      let values = bytes.assumingMemoryBound(to: Float.self)
      return (0..<shape[axis]).map { channel in
        var greatest: Float = 0
        var last: Float = 0
        func add(_ term: Int, _ place: Int) {
          let value = values[channel * strides[axis] + term * strides[terms] + place]
          if value * last > 0 { greatest = max(greatest, abs(value + last)) }
          last = value
        }
        for place in 0..<places {
          for term in 0..<shape[terms] { add(term, place) }
        }
        if shape[terms] < DotProduct.bytes.elementCount {
          for term in 0..<shape[terms] {
            for place in 0..<places { add(term, place) }
          }
        }
        return greatest
      }
    }
  }

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
