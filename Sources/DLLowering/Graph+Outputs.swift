import DLGraph
import DLOperations

/// What a kernel stores for an output: a value, at an offset in a larger tensor where the output is that value padded or
/// placed.
struct StoredOutput {
  let value: ValueID
  /// Where the value lies in the output, from the inside out; none where it is the output.
  let regions: [Region]
  /// The shape of the value.
  let shape: [Dimension]

  /// Where in the output an element of the value lies.
  func indices(of element: [IntegerExpression]) -> [IntegerExpression] {
    var (indices, shape) = (element, shape)
    for region in regions {
      let part = Reshape.position(at: indices, of: shape, in: region.part)
      indices = zip(part, region.low).map { $0 + $1 }
      shape = region.whole
    }
    return indices
  }
}

extension Graph {
  /// What is stored for each output. A value padded with zeros is stored in place: the border is filled apart from it.
  var storedOutputs: [StoredOutput] {
    outputs.map { output in
      guard let pad = zeroPadding(output.value) else { return placedOutput(output.value) }
      let region = Region(
        low: pad.operation.low, part: type(of: pad.operand).shape, whole: type(of: output.value).shape)
      return StoredOutput(value: pad.operand, regions: [region], shape: region.part)
    }
  }

  /// What is stored for each output by a schedule that computes the borders of padded tensors too.
  var placedOutputs: [StoredOutput] { outputs.map { placedOutput($0.value) } }

  /// Whether outputs are parts of larger tensors.
  var hasPlacedOutputs: Bool { nodes.contains { $0.operation is Placed } }

  private func placedOutput(_ output: ValueID) -> StoredOutput {
    var regions: [Region] = []
    var value = output
    while let (inner, placed) = placement(value) {
      regions.insert(
        Region(low: placed.low, part: type(of: inner).shape, whole: placed.shape), at: 0)
      value = inner
      // Between two regions the same elements are divided in another way.
      if let node = definingNode(of: inner), node.operation is Reshape, placement(node.operands[0]) != nil {
        value = node.operands[0]
      }
    }
    return StoredOutput(value: value, regions: regions, shape: type(of: value).shape)
  }

  private func placement(_ value: ValueID) -> (operand: ValueID, operation: Placed)? {
    guard let node = definingNode(of: value), let placed = node.operation as? Placed else { return nil }
    return (node.operands[0], placed)
  }

  /// Whether every stored output depends on a value only through the element at its own position: by element-wise
  /// operations and reshapes.
  func isAligned(after value: ValueID) -> Bool {
    let stored = storedOutputs
    let padded = Set(zip(outputs, stored).filter { !$0.1.regions.isEmpty }.map(\.0.value))
    var depends: Set<ValueID> = [value]
    for node in nodes where node.operands.contains(where: depends.contains) {
      switch node.operation {
      case is Unary, is Binary, is Compare, is Select, is Convert, is Reshape: depends.formUnion(node.results)
      case is Placed: break
      case is Pad where node.results.allSatisfy(padded.contains): break
      default: return false
      }
    }
    let count = type(of: value).count
    return stored.allSatisfy { type(of: $0.value).count == count }
  }
}
