import DLGraph
import DLLoops

/// The choice between the corresponding elements of two tensors.
public struct Select: Primitive {
  public init() {}

  public var name: String { "select" }

  public var attributes: AttributeList { [:] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {}

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["select"], form: "select(condition, a, b)",
      summary: "The element of `a` where `condition`, a bool, is true, else that of `b`.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(3, operands)
    let (condition, a, b) = (operands[0], operands[1], operands[2])
    if condition.elementType != .bool {
      throw TypeError("the condition of select must be bool, not \(condition)")
    }
    if let difference = a.difference(from: b) {
      throw TypeError("can't select from \(a) and \(b): \(difference)")
    }
    if let difference = condition.shapeDifference(from: a) {
      throw TypeError("can't select from \(a) by \(condition): \(difference)")
    }
    return [a]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    let (condition, a, b) = (operands[0], operands[1], operands[2])
    let size = a.elementType.byteCount
    let result = Literal(a.elementType, shape: a.shape) { target in
      condition.withUnsafeBytes { conditions in
        a.withUnsafeBytes { first in
          b.withUnsafeBytes { second in
            for (index, byte) in conditions.enumerated() {
              let source = byte != 0 ? first : second
              for offset in index * size..<(index + 1) * size { target[offset] = source[offset] }
            }
          }
        }
      }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Select: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.select(
      operands(0, at: indices, mask: mask), operands(1, at: indices, mask: mask),
      operands(2, at: indices, mask: mask))
  }
}
