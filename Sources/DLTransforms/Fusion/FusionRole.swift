import DLGraph
import DLOperations

/// What a node is to fusion.
enum FusionRole: Equatable {
  /// Computed again wherever it is read.
  case cheap
  /// One function of elements for each element.
  case elementwise
  /// A reduction over the last axes: rows and columns of its operand.
  case rowReduction(rows: [Dimension], columns: [Dimension])
  /// A sum of another kind.
  case reduction
  /// Not part of any group: constants, loops, kernels of their own.
  case alone

  init(_ node: Node, in graph: Graph) {
    guard let primitive = node.operation as? any Primitive else {
      self = .alone
      return
    }
    switch primitive.lowering {
    case .mapped(let operation):
      switch operation {
      case is Pad, is Concatenate: self = .elementwise
      // What is narrowed is read again and again as bytes, by products above all.
      case is Convert
      where graph.type(of: node.results[0]).elementType.byteCount
        < graph.type(of: node.operands[0]).elementType.byteCount:
        self = .elementwise
      case is Binary where graph.isDequantized(node.results[0]) || graph.isUnpacked(node.results[0]):
        self = .cheap
      case is Binary
      where graph.type(of: node.results[0]).count != 1 && graph.isMadeOfIndices(node.results[0]),
        is Compare where graph.isMadeOfIndices(node.results[0]):
        self = .cheap
      default: self = operation.isCheap ? .cheap : .elementwise
      }
    case .reducing:
      let space = (primitive as? Reduce)?.rowsAndColumns(of: graph.type(of: node.operands[0]).shape)
      self = space.map { .rowReduction(rows: $0.rows, columns: $0.columns) } ?? .reduction
    case .whole, .control, .data: self = .alone
    }
  }
}

/// The iteration space of a group.
enum GroupSpace: Equatable {
  /// The elements of a shape.
  case elements([Dimension])
  case rows([Dimension], columns: [Dimension])
  /// The elements of the result of the reduction in the group.
  case reduction([Dimension])
  case alone
}
