import DLGraph
import DLOperations

/// An element-wise function of four bits, as a table of its sixteen values: how weights in half bytes become numbers.
struct FourBitFunction {
  /// What the bits are taken from: the lowest four of its elements.
  let source: ValueID
  /// The results for 0...15.
  let table: [Float]

  /// The function behind a value: `x & 15` as `f32`, with numbers added to it, subtracted and multiplied; nil where it is
  /// anything else.
  init?(_ graph: Graph, _ value: ValueID) {
    guard graph.type(of: value).elementType == .f32, let node = graph.definingNode(of: value) else {
      return nil
    }
    if node.operation is Convert {
      guard let mask = graph.definingNode(of: node.operands[0]),
        (mask.operation as? Binary)?.function == .and,
        graph.type(of: node.operands[0]).elementType == .u8, graph.uniformNumber(mask.operands[1]) == 15
      else { return nil }
      source = mask.operands[0]
      table = (0..<16).map { Float($0) }
      return
    }
    guard let function = (node.operation as? Binary)?.function,
      let inner = FourBitFunction(graph, node.operands[0]), let number = graph.uniformNumber(node.operands[1])
    else { return nil }
    source = inner.source
    switch function {
    case .add: table = inner.table.map { $0 + number }
    case .subtract: table = inner.table.map { $0 - number }
    case .multiply: table = inner.table.map { $0 * number }
    default: return nil
    }
  }
}

extension Graph {
  /// The value of all elements of a constant, which may be repeated; of f32 and u8 alone.
  fileprivate func uniformNumber(_ value: ValueID) -> Float? {
    guard let node = definingNode(of: value) else { return nil }
    if node.operation is Broadcast { return uniformNumber(node.operands[0]) }
    guard let literal = (node.operation as? Constant)?.literal, literal.isUniform, literal.count > 0 else {
      return nil
    }
    switch literal.elementType {
    case .f32: return literal.elements(as: Float.self)[0]
    case .u8: return Float(literal.elements(as: UInt8.self)[0])
    default: return nil
    }
  }
}
