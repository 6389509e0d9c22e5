import DLGraph
import DLOperations

extension Operation {
  /// The operation that computes the permuted result from permuted operands; nil where there is none.
  ///
  /// Axis `i` of a permuted tensor is axis `permutation[i]` of the original. The result of a reduction keeps the order
  /// of its axes.
  func permuted(by permutation: [Int]) -> (any Operation)? {
    switch self {
    case let pad as Pad:
      return Pad(low: permutation.map { pad.low[$0] }, high: permutation.map { pad.high[$0] })
    case let slice as Slice:
      return Slice(
        starts: permutation.map { slice.starts[$0] }, extents: permutation.map { slice.extents[$0] },
        steps: permutation.map { slice.steps[$0] })
    case let window as ReduceWindow:
      return ReduceWindow(
        window.function, window: permutation.map { window.window[$0] },
        strides: permutation.map { window.strides[$0] }, dilation: permutation.map { window.dilation[$0] },
        padding: permutation.map { window.padding[$0] })
    case let concatenate as Concatenate:
      return permutation.firstIndex(of: concatenate.axis).map { Concatenate(axis: $0) }
    case let reduce as Reduce:
      let kept = permutation.filter { !reduce.axes.contains($0) }
      guard kept == kept.sorted() else { return nil }
      return Reduce(
        reduce.function, axes: permutation.indices.filter { reduce.axes.contains(permutation[$0]) })
    default: return nil
    }
  }
}

extension Graph {
  /// Appends the broadcast to the permuted shape.
  mutating func append(
    _ broadcast: Broadcast, _ operand: ValueID, permutedBy permutation: [Int]
  ) throws -> ValueID {
    let shape = permutation.map { broadcast.shape[$0] }
    let axes = broadcast.axes.map { axis in permutation.firstIndex(of: axis) ?? axis }
    let order = axes.indices.sorted { axes[$0] < axes[$1] }
    var operand = operand
    if order != Array(order.indices) {
      operand = try append(Transpose(permutation: order), [operand])[0]
    }
    return try append(Broadcast(shape: shape, axes: order.map { axes[$0] }), [operand])[0]
  }
}
