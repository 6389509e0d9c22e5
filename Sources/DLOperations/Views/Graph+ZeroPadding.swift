import DLGraph

extension Graph {
  /// The padding with zeros that a value is, where it is one. Fusion and lowering must agree on it: the border of such
  /// a tensor is filled apart from what is inside.
  package func zeroPadding(_ value: ValueID) -> (operation: Pad, operand: ValueID)? {
    guard let node = definingNode(of: value), let pad = node.operation as? Pad,
      let fill = definingNode(of: node.operands[1])?.operation as? Constant, fill.literal.isZero
    else { return nil }
    return (pad, node.operands[0])
  }
}

extension Literal {
  /// Whether every byte is zero.
  fileprivate var isZero: Bool { withUnsafeBytes { $0.allSatisfy { $0 == 0 } } }
}
