import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// Two tensors with the shape that both broadcast to.
  func broadcastTogether(_ a: Tensor, _ b: Tensor, of operation: OperatorSite) throws -> (Tensor, Tensor) {
    if a.shape == b.shape { return (a, b) }
    let shape = try commonShape(a.type, b.type) { axis in
      .incompatibleShapes(a.type, b.type, axis: axis, of: operation)
    }
    return (try broadcast(a, to: shape), try broadcast(b, to: shape))
  }

  /// The shape that two shapes broadcast to: aligned at the last axis, extents equal or one of them 1.
  ///
  /// - Parameter mismatch: makes the error for the axis of the result in which they differ.
  func commonShape(
    _ a: TensorType, _ b: TensorType, mismatch: (Int) -> Diagnostic
  ) throws -> [Dimension] {
    let rank = max(a.rank, b.rank)
    return try (0..<rank).map { axis in
      let x = axis - (rank - a.rank)
      let y = axis - (rank - b.rank)
      if x < 0 { return b.shape[y] }
      if y < 0 { return a.shape[x] }
      if a.shape[x] == b.shape[y] || b.shape[y] == 1 { return a.shape[x] }
      if a.shape[x] == 1 { return b.shape[y] }
      throw failure(mismatch(axis))
    }
  }

  /// The tensor repeated to a shape that it broadcasts to.
  ///
  /// - Requires: the extents of the tensor are 1 or those of the shape, aligned at the last axis.
  func broadcast(_ tensor: Tensor, to shape: [Dimension]) throws -> Tensor {
    if tensor.shape == shape { return tensor }
    let first = shape.count - tensor.rank
    return try emit(Broadcast(shape: shape, axes: Array(first..<shape.count)), tensor)
  }
}
