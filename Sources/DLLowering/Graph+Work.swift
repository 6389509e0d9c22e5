import DLGraph
import DLOperations

extension Graph {
  /// The bytes of the outputs and of what has to be read of the inputs.
  var trafficByteCount: IntegerExpression {
    let read = inputs.map { readByteCount(of: $0.value) }
    return (read + outputs.map { type(of: $0.value).byteCount }).reduce(0, +)
  }

  /// An input is read once as a whole, unless only parts of it are looked up.
  private func readByteCount(of value: ValueID) -> IntegerExpression {
    let readers = nodes.filter { $0.operands.contains(value) }
    let picksParts = readers.allSatisfy {
      ($0.operation is Gather || $0.operation is DynamicSlice || $0.operation is Slice)
        && $0.operands[0] == value
    }
    guard picksParts, !readers.isEmpty else { return type(of: value).byteCount }
    let parts = readers.map { type(of: $0.results[0]).byteCount }.reduce(0, +)
    return .min(parts, type(of: value).byteCount)
  }
}

extension TensorType {
  var byteCount: IntegerExpression { count * IntegerExpression(elementType.byteCount) }
}
