import DLGraph
import DLOperations

extension Operation {
  /// How the operation ties indices of its operands' and results' axes together.
  ///
  /// What an operation is not known to allow stays as it is: the axes of loops, sorts and sums over channels keep all
  /// their indices.
  func axisRelations(operands: [TensorType], results: [TensorType]) -> AxisRelations {
    var relations = AxisRelations(operands: operands, results: results)
    let rank = results.first?.rank ?? 0
    switch self {
    case is Unary, is Binary, is Compare, is Select, is Convert:
      for (index, operand) in operands.enumerated() where operand.rank == rank {
        for axis in 0..<rank { relations.link(.operand(index, axis), .result(axis)) }
      }
    case is Constant:
      for axis in 0..<rank { relations.release(.result(axis)) }
    case let transpose as Transpose:
      for (axis, source) in transpose.permutation.enumerated() {
        relations.link(.operand(0, source), .result(axis))
      }
    case let broadcast as Broadcast: broadcast.relate(operands[0], &relations)
    case let reshape as Reshape: reshape.relate(operands[0], &relations)
    case let slice as Slice: slice.relate(operands[0], &relations)
    case let pad as Pad: pad.relate(operands[0], &relations)
    case let concatenate as Concatenate: concatenate.relate(operands, &relations)
    case let contract as Contract: contract.relate(operands, &relations)
    case let convolve as Convolve: convolve.relate(operands, &relations)
    case let reduce as Reduce:
      for (axis, source) in reduce.keptAxes(of: operands[0].rank).enumerated() {
        relations.link(.operand(0, source), .result(axis))
      }
    case let window as ReduceWindow:
      for axis in 0..<rank where window.window[axis] == 1 && window.strides[axis] == 1 {
        relations.link(.operand(0, axis), .result(axis))
      }
    case let gather as Gather: gather.relate(operands, &relations)
    default: break
    }
    return relations
  }
}

extension Broadcast {
  fileprivate func relate(_ operand: TensorType, _ relations: inout AxisRelations) {
    for axis in shape.indices where !axes.contains(axis) { relations.release(.result(axis)) }
    for (axis, target) in axes.enumerated() {
      if operand.shape[axis] == 1, shape[target] != 1 {
        relations.release(.operand(0, axis))
        relations.release(.result(target))
      } else {
        relations.link(.operand(0, axis), .result(target))
      }
    }
  }
}

extension Reshape {
  /// An axis that is cut into several goes in pieces as long as the others together: those of a head, of a group, or of
  /// the pixels of a channel.
  fileprivate func relate(_ operand: TensorType, _ relations: inout AxisRelations) {
    for axis in operand.shape.indices where operand.shape[axis] == 1 { relations.release(.operand(0, axis)) }
    for axis in shape.indices where shape[axis] == 1 { relations.release(.result(axis)) }
    for group in Self.groups(operand.shape, shape) {
      guard let first = group.source.first, let second = group.target.first else { continue }
      switch (group.source.count, group.target.count) {
      case (1, 1): relations.link(.operand(0, first), .result(second))
      case (1, _):
        guard let count = shape[second].constantValue else { continue }
        relations.link(.operand(0, first), .result(second), steps: count)
      case (_, 1):
        guard let count = operand.shape[first].constantValue else { continue }
        relations.link(.operand(0, first), .result(second), steps: count)
      default: continue
      }
    }
  }

  /// The shortest runs of axes, of extents other than 1, whose elements are the same on both sides.
  private static func groups(
    _ source: [Dimension], _ target: [Dimension]
  ) -> [(source: [Int], target: [Int])] {
    var result: [(source: [Int], target: [Int])] = []
    let (left, right) = (source.indices.filter { source[$0] != 1 }, target.indices.filter { target[$0] != 1 })
    var (rest, other) = (left[...], right[...])
    while let (first, second) = shortest(rest.map { source[$0] }, other.map { target[$0] }) {
      result.append((Array(rest.prefix(first)), Array(other.prefix(second))))
      (rest, other) = (rest.dropFirst(first), other.dropFirst(second))
    }
    return result
  }

  /// The lengths of the shortest beginnings with equal products; nil where there are none.
  private static func shortest(_ left: [Dimension], _ right: [Dimension]) -> (Int, Int)? {
    for total in 2...max(left.count + right.count, 2) {
      for first in 1..<total where first <= left.count && total - first <= right.count {
        let products = (left.prefix(first).reduce(1, *), right.prefix(total - first).reduce(1, *))
        if products.0 == products.1 { return (first, total - first) }
      }
    }
    return nil
  }
}

extension Slice {
  fileprivate func relate(_ operand: TensorType, _ relations: inout AxisRelations) {
    for axis in extents.indices where steps[axis] == 1 {
      guard let start = starts[axis].constantValue else { continue }
      relations.link(.result(axis), to: .operand(0, axis), from: start)
    }
  }
}

extension Pad {
  fileprivate func relate(_ operand: TensorType, _ relations: inout AxisRelations) {
    for axis in low.indices {
      guard let start = low[axis].constantValue, high[axis].constantValue != nil else { continue }
      relations.link(.operand(0, axis), to: .result(axis), from: start)
    }
  }
}

extension Concatenate {
  fileprivate func relate(_ operands: [TensorType], _ relations: inout AxisRelations) {
    var start: Int? = 0
    for (index, operand) in operands.enumerated() {
      for other in operand.shape.indices where other != axis {
        relations.link(.operand(index, other), .result(other))
      }
      if let from = start { relations.link(.operand(index, axis), to: .result(axis), from: from) }
      let extent = operand.shape[axis].constantValue
      start = start.flatMap { from in extent.map { from + $0 } }
    }
  }
}

extension Contract {
  fileprivate func relate(_ operands: [TensorType], _ relations: inout AxisRelations) {
    for pair in batch + contracting { relations.link(.operand(0, pair.left), .operand(1, pair.right)) }
    for (axis, pair) in batch.enumerated() { relations.link(.operand(0, pair.left), .result(axis)) }
    let left = freeLeft(operands[0].rank)
    for (axis, source) in left.enumerated() {
      relations.link(.operand(0, source), .result(batch.count + axis))
    }
    for (axis, source) in freeRight(operands[1].rank).enumerated() {
      relations.link(.operand(1, source), .result(batch.count + left.count + axis))
    }
  }
}

extension Convolve {
  /// Of a convolution in groups, whole groups go.
  fileprivate func relate(_ operands: [TensorType], _ relations: inout AxisRelations) {
    relations.link(.operand(0, 0), .result(0))
    if groups == 1 {
      relations.link(.operand(0, 1), .operand(1, 1))
      relations.link(.operand(1, 0), .result(1))
    } else {
      relations.link(.operand(0, 1), .result(1), steps: groups)
      relations.link(.operand(1, 0), .result(1), steps: groups)
    }
  }
}

extension Gather {
  fileprivate func relate(_ operands: [TensorType], _ relations: inout AxisRelations) {
    let inserted = operands[1].rank
    for source in operands[0].shape.indices where source != axis {
      relations.link(.operand(0, source), .result(source < axis ? source : source + inserted - 1))
    }
    for source in 0..<inserted { relations.link(.operand(1, source), .result(axis + source)) }
  }
}
