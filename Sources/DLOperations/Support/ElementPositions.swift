import DLGraph

/// For each position of a tensor of indices, in row-major order, the offset in another tensor of the element at that
/// position with 0 along one axis.
struct ElementPositions: Sequence {
  /// The distance of neighbours along the axis in the other tensor.
  let axisStride: Int
  private let shape: [Int]
  private let strides: [Int]

  /// - Parameters:
  ///   - shape: of the indices.
  ///   - other: the shape of the tensor that they point into.
  init(of shape: [Int], in other: [Int], axis: Int) {
    var strides = [Int](repeating: 1, count: other.count)
    for index in other.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * other[index + 1]
    }
    axisStride = strides[axis]
    strides[axis] = 0
    self.shape = shape
    self.strides = strides
  }

  func makeIterator() -> Iterator { Iterator(shape: shape, strides: strides) }

  struct Iterator: IteratorProtocol {
    private let shape: [Int]
    private let strides: [Int]
    private var position: [Int]
    private var offset = 0
    private var remaining: Int

    fileprivate init(shape: [Int], strides: [Int]) {
      self.shape = shape
      self.strides = strides
      position = [Int](repeating: 0, count: shape.count)
      remaining = shape.reduce(1, *)
    }

    mutating func next() -> Int? {
      guard remaining > 0 else { return nil }
      remaining -= 1
      let result = offset
      for axis in shape.indices.reversed() {
        position[axis] += 1
        offset += strides[axis]
        if position[axis] < shape[axis] { break }
        offset -= shape[axis] * strides[axis]
        position[axis] = 0
      }
      return result
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies bytes of another buffer.
  ///
  /// - Requires: both ranges lie in their buffers.
  func copyBytes(_ source: UnsafeRawBufferPointer, from: Int, to: Int, count: Int) {
    if count == 0 { return }
    UnsafeMutableRawBufferPointer(rebasing: self[to..<to + count])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + count]))
  }
}
