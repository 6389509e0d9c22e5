/// The rows of a tensor along one axis, for evaluation.
struct AxisRows {
  let extent: Int
  /// The distance of neighbours in a row.
  let stride: Int
  private let outer: Int

  init(_ shape: [Int], axis: Int) {
    extent = shape[axis]
    stride = shape[(axis + 1)...].reduce(1, *)
    outer = shape[..<axis].reduce(1, *)
  }

  /// The position of the first element of each row, in the order of the tensor without the axis, for a tensor whose
  /// axis has another extent if `extent` is given.
  func starts(extent: Int) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(outer * stride)
    for index in 0..<outer {
      for inner in 0..<stride { result.append(index * extent * stride + inner) }
    }
    return result
  }

  /// The position of the first element of each row, in the order of the tensor without the axis.
  var starts: [Int] { starts(extent: extent) }
}
