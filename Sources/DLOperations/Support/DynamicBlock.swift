import DLGraph
import DLLoops

// Blocks of a tensor whose position is known only at run time.

extension Operation {
  func requireStarts(_ starts: TensorType, into type: TensorType) throws(TypeError) {
    let expected = TensorType(.i64, [Dimension(type.rank)])
    if starts != expected {
      throw TypeError("\(name) takes a start for each axis of \(type), \(expected), not \(starts)")
    }
  }

  func requireBlock(_ block: TensorType, in type: TensorType) throws(TypeError) {
    for axis in type.shape.indices {
      let extent = block.shape[axis]
      if !extent.isProvably(atLeast: 0) {
        throw TypeError("\(name) can't take a block of extent \(extent) along axis \(axis)")
      }
      if !(type.shape[axis] - extent).isProvably(atLeast: 0) {
        throw TypeError(
          "\(name) can't place a block \(block) in \(type): axis \(axis) is \(extent), which may exceed "
            + "\(type.shape[axis])")
      }
    }
  }
}

extension OperandReader {
  /// The position of a block in a tensor, clamped so that it fits.
  ///
  /// - Parameter startsOperand: the operand that holds the start of each axis.
  public func blockStarts(
    _ extents: [IntegerExpression], of shape: [IntegerExpression], startsOperand: Int
  ) -> [IntegerExpression] {
    shape.indices.map { axis in
      let last = shape[axis] - extents[axis]
      if last == 0 { return 0 }
      let start = self(startsOperand, at: [IntegerExpression(axis)])
      return builder.boundClamped(start, last: last)
    }
  }
}

/// The copying of a block out of a tensor, or into one.
struct BlockCopy {
  /// The extents of the block.
  let shape: [Int]
  /// The bytes of one row of the block, which are neighbours in both tensors.
  let rowBytes: Int
  private let outer: [Int]
  private let strides: [Int]
  private let start: Int

  init(block: [Int], of shape: [Int], at starts: [Int], elementBytes: Int) {
    self.shape = block
    var strides = [Int](repeating: elementBytes, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    self.strides = strides
    start = shape.indices.reduce(0) { sum, axis in
      sum + min(max(starts[axis], 0), shape[axis] - block[axis]) * strides[axis]
    }
    rowBytes = (block.last ?? 1) * elementBytes
    outer = Array(block.dropLast())
  }

  /// Calls `body` with the offset in bytes of each row, in the block and in the tensor.
  func forEachRow(_ body: (_ inBlock: Int, _ inTensor: Int) -> Void) {
    if rowBytes == 0 { return }
    forEachRow(axis: 0, inTensor: start, row: 0, body)
  }

  private func forEachRow(axis: Int, inTensor: Int, row: Int, _ body: (Int, Int) -> Void) {
    if axis == outer.count {
      body(row * rowBytes, inTensor)
      return
    }
    for index in 0..<outer[axis] {
      forEachRow(
        axis: axis + 1, inTensor: inTensor + index * strides[axis], row: row * outer[axis] + index, body)
    }
  }
}
