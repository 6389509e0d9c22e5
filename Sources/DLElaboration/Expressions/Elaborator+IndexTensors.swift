import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// Axes that are indexed by tensors as one axis, and the indices into it: the elements at `x[i, j]` are those at
  /// `i * columns + j` of the axis that both make together. The index tensors broadcast.
  ///
  /// As everywhere, a negative index counts from the end, and beyond that an index is clamped to its axis.
  ///
  /// - Requires: the axes stand side by side, in order, and there is at least one.
  func mergeIndexed(_ axes: [IndexedAxis], of tensor: Tensor) throws -> (merged: Tensor, indices: Tensor) {
    var indices = axes[0].indices
    guard axes.count > 1 else { return (tensor, indices) }
    let first = axes[0].axis
    var extent = tensor.shape[first]
    indices = try within(indices, extent)
    for (previous, next) in zip(axes, axes.dropFirst()) {
      let site = OperatorSite(
        name: "[]", range: currentRange, leftRange: previous.range, rightRange: next.range)
      let columns = tensor.shape[next.axis]
      let (rows, others) = try broadcastTogether(indices, within(next.indices, columns), of: site)
      let begins = try emit(Binary(.multiply), rows, filled(columns, like: rows))
      indices = try emit(Binary(.add), begins, others)
      extent = extent * columns
    }
    var shape = tensor.shape
    shape.replaceSubrange(first...axes[axes.count - 1].axis, with: [extent])
    return (try reshape(tensor, shape), indices)
  }

  /// The indices as they are meant: counted from the start of an axis, and inside it.
  private func within(_ indices: Tensor, _ extent: Dimension) throws -> Tensor {
    let indices = try convert(indices, to: .i64)
    let zero = try filled(0, like: indices)
    let fromEnd = try emit(Binary(.add), indices, filled(extent, like: indices))
    let isNegative = try emit(Compare(.less), indices, zero)
    let positive = try emit(Select(), isNegative, fromEnd, indices)
    let bounded = try emit(Binary(.minimum), positive, filled(extent - 1, like: indices))
    return try emit(Binary(.maximum), bounded, zero)
  }

  /// A number in the shape of some indices.
  private func filled(_ value: Dimension, like indices: Tensor) throws -> Tensor {
    try broadcast(scalar(.integer(value), .i64), to: indices.shape)
  }
}
