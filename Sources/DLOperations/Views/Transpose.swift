import DLGraph
import DLLoops

/// The axes in another order.
public struct Transpose: Primitive {
  /// Axis `i` of the result is axis `permutation[i]` of the operand.
  public var permutation: [Int]

  public init(permutation: [Int]) { self.permutation = permutation }

  /// `[N, C, S…]` to `[N, S…, C]`.
  ///
  /// - Requires: `rank` is at least 3.
  package static func channelsLast(rank: Int) -> Transpose {
    Transpose(permutation: [0] + (2..<rank) + [1])
  }

  /// `[N, S…, C]` to `[N, C, S…]`.
  ///
  /// - Requires: `rank` is at least 3.
  package static func channelsFirst(rank: Int) -> Transpose {
    Transpose(permutation: [0, rank - 1] + (1..<rank - 1))
  }

  public var name: String { "transpose" }

  public var attributes: AttributeList { ["permutation": .integers(permutation)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(permutation: try attributes.integers("permutation"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["transpose"], form: "transpose(x) {permutation}",
      summary: "`x` with its axes in another order: axis `i` of the result is axis `permutation[i]` of `x`.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    if permutation.sorted() != Array(x.shape.indices) {
      throw TypeError("can't transpose \(x) by \(permutation): each axis must occur once")
    }
    return [TensorType(x.elementType, permutation.map { x.shape[$0] })]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    [operands[0].transposed(permutation)]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Transpose: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    var position = indices
    for (axis, source) in permutation.enumerated() { position[source] = indices[axis] }
    return operands(0, at: position, mask: mask)
  }
}
