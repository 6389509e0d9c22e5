import DLGraph

/// The row-major order of the elements of a shape.
enum IndexSpace {
  /// The indices of the element at a position.
  static func delinearized(
    _ position: IntegerExpression, _ shape: [IntegerExpression]
  ) -> [IntegerExpression] {
    var rest = position
    var indices: [IntegerExpression] = []
    for (axis, extent) in shape.enumerated().reversed() {
      if extent == 1 {
        indices.append(0)
      } else if axis == 0 {
        indices.append(rest)
      } else {
        indices.append(rest.modulo(extent))
        rest = rest.floorDivided(by: extent)
      }
    }
    return indices.reversed()
  }

  /// The position of the element at some indices.
  static func linearized(
    _ indices: [IntegerExpression], _ shape: [IntegerExpression]
  ) -> IntegerExpression {
    zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// The indices under another shape of the same elements: the trailing axes that both have are left as they are.
  static func reshaped(
    _ indices: [IntegerExpression], from shape: [IntegerExpression], to target: [IntegerExpression]
  ) -> [IntegerExpression] {
    if shape == target { return indices }
    var common = 0
    while common < min(shape.count, target.count) - 1,
      shape[shape.count - 1 - common] == target[target.count - 1 - common]
    {
      common += 1
    }
    let position = linearized(Array(indices.dropLast(common)), Array(shape.dropLast(common)))
    return delinearized(position, Array(target.dropLast(common))) + indices.suffix(common)
  }
}
