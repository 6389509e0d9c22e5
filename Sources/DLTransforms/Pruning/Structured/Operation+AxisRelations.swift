import DLGraph
import DLOperations

extension Operation {
  /// How the operation ties indices of its operands' and results' axes together.
  ///
  /// What an operation is not known to allow stays as it is: the axes of loops, sorts and sums over channels keep all
  /// their indices.
  ///
  /// - Parameter digit: of an axis that a reshape cuts into several, or makes of several, the one from which indices can be
  ///   removed; nil to tie none of them.
  func axisRelations(operands: [TensorType], results: [TensorType], digit: Int?) -> AxisRelations {
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
    case let reshape as Reshape: reshape.relate(operands[0], digit, &relations)
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
