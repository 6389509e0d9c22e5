import DLGraph
import DLOperations

extension Graph {
  /// The parameter behind a value that is widened from integers in groups, as `append(_:name:channelAxis:)` writes it
  /// for a product, and the number of its groups; nil for anything else.
  func storedWeights(behind value: ValueID) -> (name: String, groups: Int)? {
    guard let node = definingNode(of: value), node.operation is Reshape,
      let constants = storedConstants(of: node.operands[0]),
      let constant = definingNode(of: constants.integers)?.operation as? Constant,
      let name = constant.parameterName, type(of: constants.integers).rank == 3
    else { return nil }
    return (name, constant.literal.shape[0])
  }

  /// The constants of a value that `appendWidened` wrote; nil for any other value.
  func storedConstants(of value: ValueID) -> StoredConstants? {
    guard let product = definingNode(of: value), (product.operation as? Binary)?.function == .multiply,
      let scales = spreadConstant(product.operands[1])
    else { return nil }
    var inner = product.operands[0]
    var zeros: ValueID?
    while let node = definingNode(of: inner) {
      switch node.operation {
      case is Constant:
        guard type(of: inner).elementType.byteCount == 1 else { return nil }
        return StoredConstants(integers: inner, scales: scales, zeros: zeros)
      case let binary as Binary where binary.function == .subtract:
        if let found = spreadConstant(node.operands[1]), type(of: found).rank > 0 { zeros = found }
        inner = node.operands[0]
      case let binary as Binary where binary.function == .and || binary.function == .shiftRight:
        inner = node.operands[0]
      case is Convert, is Broadcast: inner = node.operands[0]
      default: return nil
      }
    }
    return nil
  }

  /// The constant that a value repeats, maybe widened.
  private func spreadConstant(_ value: ValueID) -> ValueID? {
    guard let node = definingNode(of: value) else { return nil }
    switch node.operation {
    case is Constant: return value
    case is Broadcast, is Convert: return spreadConstant(node.operands[0])
    default: return nil
    }
  }

  /// Appends rows of a stored table: the integers are looked up, and what is found is widened. Nil where the table is
  /// stored in another way.
  mutating func appendStoredRows(
    _ gather: Gather, _ operands: [ValueID], sites: [Site]
  ) throws -> ValueID? {
    guard gather.axis == 0, let view = definingNode(of: operands[0]), view.operation is Reshape,
      let constants = storedConstants(of: view.operands[0]),
      type(of: constants.integers).shape[0] == type(of: operands[0]).shape[0]
    else { return nil }
    func rows(_ table: ValueID, in graph: inout Graph) throws -> ValueID {
      try graph.append(gather, [table] + operands.dropFirst(), sites: sites)[0]
    }
    let found = StoredConstants(
      integers: try rows(constants.integers, in: &self), scales: try rows(constants.scales, in: &self),
      zeros: try constants.zeros.map { try rows($0, in: &self) })
    let wide = try appendWidened(found, isByTerm: false, sites)
    let shape = type(of: operands[1]).shape + type(of: operands[0]).shape.dropFirst()
    return try append(Reshape(shape: shape), [wide], sites: sites)[0]
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
