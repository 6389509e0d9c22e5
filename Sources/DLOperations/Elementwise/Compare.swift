import DLGraph
import DLLoops

/// The comparison of the corresponding elements of two tensors.
public struct Compare: Primitive {
  public var comparison: Comparison

  public init(_ comparison: Comparison) { self.comparison = comparison }

  public var name: String { comparison.rawValue }

  public var attributes: AttributeList { [:] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    guard let comparison = Comparison(rawValue: name) else {
      throw TypeError("`\(name)` is not a comparison")
    }
    self.init(comparison)
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: Comparison.allCases.map(\.rawValue), form: "less(a, b)",
      summary: """
        Whether corresponding elements of two tensors of one type compare so, as bools. With NaN only \
        `not_equal` holds.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    if let difference = operands[0].difference(from: operands[1]) {
      throw TypeError("can't compare \(operands[0]) and \(operands[1]): \(difference)")
    }
    return [TensorType(.bool, operands[0].shape)]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    let (a, b) = (operands[0], operands[1])
    return a.elementType.isFloatingPoint ? [evaluate(a, b, as: Double.self)] : [evaluate(a, b, as: Int.self)]
  }

  private func evaluate<Wide: WideElement>(_ a: Literal, _ b: Literal, as type: Wide.Type) -> Literal {
    let holds: (Wide, Wide) -> Bool =
      switch comparison {
      case .equal: { $0 == $1 }
      case .notEqual: { $0 != $1 }
      case .less: { $0 < $1 }
      case .lessOrEqual: { $0 <= $1 }
      case .greater: { $0 > $1 }
      case .greaterOrEqual: { $0 >= $1 }
      }
    return a.zipped(with: b, to: .bool) { holds($0, $1) ? 1 : 0 }
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Compare: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.compare(
      comparison, operands(0, at: indices, mask: mask), operands(1, at: indices, mask: mask))
  }
}
