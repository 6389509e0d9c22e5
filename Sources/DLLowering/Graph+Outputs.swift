import DLGraph
import DLOperations

/// What a kernel stores for an output: a value, at an offset in a larger tensor where the output is that value padded.
struct StoredOutput {
  let value: ValueID
  /// The number of elements before the value along each axis; nil where the output is the value itself.
  let low: [IntegerExpression]?

  /// Where in the output an element of the value lies.
  func indices(of element: [IntegerExpression]) -> [IntegerExpression] {
    guard let low else { return element }
    return zip(element, low).map { $0 + $1 }
  }
}

extension Graph {
  /// What is stored for each output. A value padded with zeros is stored in place: the border is filled apart from it.
  var storedOutputs: [StoredOutput] {
    outputs.map { output in
      guard let pad = zeroPadding(output.value) else { return StoredOutput(value: output.value, low: nil) }
      return StoredOutput(value: pad.operand, low: pad.operation.low)
    }
  }

  /// Whether every stored output depends on a value only through the element at its own position: by element-wise
  /// operations and reshapes.
  func isAligned(after value: ValueID) -> Bool {
    let stored = storedOutputs
    let padded = Set(zip(outputs, stored).filter { $0.1.low != nil }.map(\.0.value))
    var depends: Set<ValueID> = [value]
    for node in nodes where node.operands.contains(where: depends.contains) {
      switch node.operation {
      case is Unary, is Binary, is Compare, is Select, is Convert, is Reshape: depends.formUnion(node.results)
      case is Pad where node.results.allSatisfy(padded.contains): break
      default: return false
      }
    }
    let count = type(of: value).count
    return stored.allSatisfy { type(of: $0.value).count == count }
  }
}
