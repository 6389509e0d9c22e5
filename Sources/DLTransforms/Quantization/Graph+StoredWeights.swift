import DLGraph
import DLOperations

extension Graph {
  /// The parameter behind a value that is widened from integers in groups, as `append(_:name:channelAxis:)` writes it
  /// for a product, and the number of its groups; nil for anything else.
  func storedWeights(behind value: ValueID) -> (name: String, groups: Int)? {
    guard let node = definingNode(of: value) else { return nil }
    if let constant = node.operation as? Constant {
      guard let name = constant.parameterName, constant.literal.elementType.byteCount == 1,
        constant.literal.shape.count == 3
      else { return nil }
      return (name, constant.literal.shape[0])
    }
    switch node.operation {
    case is Reshape, is Broadcast, is Convert: return storedWeights(behind: node.operands[0])
    case let binary as Binary where [.multiply, .subtract, .and, .shiftRight].contains(binary.function):
      return storedWeights(behind: node.operands[0])
    default: return nil
    }
  }

  /// The products of bytes with scales for groups of terms that are left factors of products with stored weights: they are
  /// computed where they are read.
  func groupedFactors() -> Set<NodeID> {
    var found: Set<NodeID> = []
    for node in nodes where node.operation is Contract && storedWeights(behind: node.operands[1]) != nil {
      var value = node.operands[0]
      while let view = definingNode(of: value), view.operation is Reshape { value = view.operands[0] }
      guard case .result(let id, _) = self[value].definition,
        (self[id].operation as? Binary)?.function == .multiply,
        self[id].operands.contains(where: isWidenedByte),
        self[id].operands.contains(where: { definingNode(of: $0)?.operation is Broadcast })
      else { continue }
      found.insert(id)
    }
    return found
  }

  private func isWidenedByte(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value), node.operation is Convert else { return false }
    return type(of: node.operands[0]).elementType == .i8
  }

  /// Appends the rows of a matrix, rounded to bytes with a scale for each `count` elements that follow each other: the
  /// greatest magnitude among them, divided by 127.
  mutating func appendQuantizedRows(_ value: ValueID, count: Int, sites: [Site]) throws -> ValueID {
    let matrix = type(of: value).shape
    let groups = (matrix[1].constantValue ?? count) / count
    let shape = [matrix[0], Dimension(groups), Dimension(count)]
    func step(_ operation: any Operation, _ operands: [ValueID]) throws -> ValueID {
      try append(operation, operands, sites: sites)[0]
    }
    let grouped = try step(Reshape(shape: shape), [value])
    let magnitude = try step(Unary(.abs), [grouped])
    var scales = try step(Reduce(.maximum, axes: [2]), [magnitude])
    let tiny = try appendScalar(.leastNormalMagnitude * 127, Array(shape.dropLast()))
    scales = try step(Binary(.maximum), [scales, tiny])
    scales = try step(Binary(.multiply), [scales, appendScalar(1 / 127, Array(shape.dropLast()))])
    let divisor = try step(Broadcast(shape: shape, axes: [0, 1]), [scales])
    let rounded = try step(Unary(.round), [step(Binary(.divide), [grouped, divisor])])
    let bytes = try step(Convert(to: .i8), [rounded])
    let factor = try step(Broadcast(shape: shape, axes: [0, 1]), [scales])
    let wide = try step(Binary(.multiply), [step(Convert(to: .f32), [bytes]), factor])
    return try step(Reshape(shape: matrix), [wide])
  }

  /// Appends what a value of another graph is computed from, constants alone.
  ///
  /// - Parameter copies: the values that have been copied before.
  mutating func appendCopy(
    of value: ValueID, from graph: Graph, _ copies: inout [ValueID: ValueID]
  ) throws -> ValueID {
    if let copy = copies[value] { return copy }
    guard let node = graph.definingNode(of: value) else { return value }
    var operands: [ValueID] = []
    for operand in node.operands { operands.append(try appendCopy(of: operand, from: graph, &copies)) }
    let results = try append(node.operation, operands, sites: node.sites)
    for (old, new) in zip(node.results, results) { copies[old] = new }
    return copies[value] ?? value
  }
}
