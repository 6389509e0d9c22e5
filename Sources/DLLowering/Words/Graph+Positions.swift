import DLGraph
import DLLoops
import DLOperations

extension Graph {
  /// Where an element of a value lies: in which input, and at which position. Views are seen through; nil where the value
  /// is computed.
  func position(
    of value: ValueID, at indices: [IntegerExpression]
  ) -> (input: Int, offset: IntegerExpression)? {
    if case .input(let input) = self[value].definition {
      let strides = type(of: value).strides
      return (input, zip(indices, strides).reduce(0) { $0 + $1.0 * $1.1 })
    }
    guard let node = definingNode(of: value), let operation = node.mapped,
      operation is Transpose || operation is Reshape || operation is Slice,
      let read = Self.operandIndices(
        node.operands.map { type(of: $0) },
        { _ = operation.emitElement(at: indices, mask: nil, of: type(of: value), $0) }),
      let first = read[0]
    else { return nil }
    return position(of: node.operands[0], at: first)
  }

  /// The indices at which an operation reads its operands; nil where it reads them under a mask.
  static func operandIndices(
    _ types: [TensorType], _ emit: (OperandReader) -> Void
  ) -> [Int: [IntegerExpression]]? {
    let builder = KernelBuilder(name: "")
    var found: [Int: [IntegerExpression]] = [:]
    var isMasked = false
    let reader = OperandReader(builder: builder, types: types) { operand, indices, mask in
      if mask != nil { isMasked = true }
      found[operand] = indices
      return builder.constant(0, types[operand].elementType)
    }
    emit(reader)
    return isMasked ? nil : found
  }
}
