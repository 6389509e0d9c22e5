import DLGraph
import DLLoops
import DLOperations

extension Graph {
  /// The inputs that an element of a value is computed from, each with the indices at which it is read; nil where that
  /// depends on more than indices.
  func reads(
    of value: ValueID, at indices: [IntegerExpression]
  ) -> [(input: Int, indices: [IntegerExpression])]? {
    if case .input(let input) = self[value].definition { return [(input, indices)] }
    guard let node = definingNode(of: value), let operation = node.mapped,
      let operands = Self.operandIndices(
        node.operands.map { type(of: $0) },
        { _ = operation.emitElement(at: indices, mask: nil, of: type(of: value), $0) })
    else { return nil }
    var found: [(input: Int, indices: [IntegerExpression])] = []
    for (operand, indices) in operands.sorted(by: { $0.key < $1.key }) {
      guard let inner = reads(of: node.operands[operand], at: indices) else { return nil }
      found += inner
    }
    return found
  }
}

extension Graph {
  /// The positions of the inputs that a value depends on.
  func inputs(behind value: ValueID) -> [Int] {
    var needed: Set<ValueID> = []
    func visit(_ value: ValueID) {
      guard needed.insert(value).inserted, let node = definingNode(of: value) else { return }
      node.operands.forEach(visit)
    }
    visit(value)
    return inputs.indices.filter { needed.contains(inputs[$0].value) }
  }
}
