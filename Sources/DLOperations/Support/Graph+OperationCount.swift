import DLGraph

extension Graph {
  /// The arithmetic operations of the nodes, a multiply-add counting as two. Sorting and moving count as none.
  package var operationCount: IntegerExpression {
    nodes.reduce(0) { sum, node in
      guard let primitive = node.operation as? any Primitive, let result = node.results.first else {
        return sum
      }
      let count = type(of: result).count
      switch primitive.lowering {
      case .reducing(let reducing):
        let terms = reducing.reducedExtents(node.operands.map { type(of: $0) }).product
        return sum + count * terms * (node.operands.count == 2 ? 2 : 1)
      case .mapped(let mapped): return mapped.isCheap ? sum : sum + count
      case .whole, .control, .data: return sum
      }
    }
  }
}
