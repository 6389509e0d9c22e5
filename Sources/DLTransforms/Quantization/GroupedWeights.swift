import DLGraph

/// The weights of a matrix `[K, N]` as small integers, with a scale for so many that follow each other in a column.
package struct GroupedWeights: Sendable {
  /// `i8[K, N]`.
  package let integers: Literal
  /// `f32[K / count, N]`.
  package let scales: Literal
  private let count: Int

  /// - Requires: `weights` is an `f32` matrix, and `count` is even and divides its rows.
  package init(_ weights: Literal, count: Int, limit: Int) {
    let (terms, columns) = (weights.shape[0], weights.shape[1])
    let values = weights.elements(as: Float.self)
    var greatest = [Float](repeating: 0, count: terms / count * columns)
    for (index, value) in values.enumerated() {
      let group = index / columns / count * columns + index % columns
      greatest[group] = max(greatest[group], abs(value))
    }
    let scales = greatest.map { QuantizedWeights.scale(greatest: $0, limit: limit) }
    let integers = values.enumerated().map { index, value in
      QuantizedWeights.integer(
        value, scale: scales[index / columns / count * columns + index % columns], limit: limit)
    }
    self.count = count
    self.scales = Literal(.f32, shape: [terms / count, columns], elements: scales)
    self.integers = Literal(.i8, shape: weights.shape, elements: integers)
  }

  /// `u8[K / count, count / 2, N]`: each byte holds two integers plus 8, the one of the first half of its group in the
  /// low four bits.
  ///
  /// - Requires: the integers are within -8...7.
  package var packed: Literal {
    let (terms, columns) = (integers.shape[0], integers.shape[1])
    let values = integers.elements(as: Int8.self)
    let half = count / 2
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count / 2)
    for group in 0..<terms / count {
      for term in 0..<half {
        for column in 0..<columns {
          let low = (group * count + term) * columns + column
          let high = low + half * columns
          bytes.append(UInt8(bitPattern: values[low] + 8) | UInt8(bitPattern: values[high] + 8) << 4)
        }
      }
    }
    return Literal(.u8, shape: [terms / count, half, columns], elements: bytes)
  }
}
