import DLGraph
import DLLoops

/// The general product of two tensors: sums of products along paired axes.
public struct Contract: Primitive {
  /// Pairs of axes that stay, side by side.
  public var batch: [(left: Int, right: Int)]
  /// Pairs of axes that are summed over.
  public var contracting: [(left: Int, right: Int)]
  public var result: ElementType

  public init(batch: [(left: Int, right: Int)], contracting: [(left: Int, right: Int)], result: ElementType) {
    self.batch = batch
    self.contracting = contracting
    self.result = result
  }

  public var name: String { "contract" }

  public var attributes: AttributeList {
    [
      "batch_left": .integers(batch.map(\.left)), "batch_right": .integers(batch.map(\.right)),
      "contract_left": .integers(contracting.map(\.left)),
      "contract_right": .integers(contracting.map(\.right)), "result": .elementType(result),
    ]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      batch: try attributes.pairs("batch_left", "batch_right"),
      contracting: try attributes.pairs("contract_left", "contract_right"),
      result: try attributes.elementType("result"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["contract"],
      form: "contract(a, b) {batch_left, batch_right, contract_left, contract_right, result}",
      summary: """
        Sums of products of `a` and `b` along the contracted axes, for every index of the batch axes, of the \
        other axes of `a` and of those of `b`, which are the result's axes in this order. Products of f16 \
        and bf16 are summed in f32; `result` is the elements' type, f32 for these, or i32 for i8 and u8 in any combination; integers wrap around.
        """)
  }

  /// The axes of the left operand that are neither batch nor contracted.
  public func freeLeft(_ rank: Int) -> [Int] {
    (0..<rank).filter { axis in !(batch + contracting).contains { $0.left == axis } }
  }

  /// The axes of the right operand that are neither batch nor contracted.
  public func freeRight(_ rank: Int) -> [Int] {
    (0..<rank).filter { axis in !(batch + contracting).contains { $0.right == axis } }
  }

  public var lowering: Lowering { .reducing(self) }
}

// MARK: Type rule

extension Contract {
  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    let (a, b) = (operands[0], operands[1])
    try checkElementTypes(a, b)
    try requirePairing(batch.map(\.left) + contracting.map(\.left), of: a)
    try requirePairing(batch.map(\.right) + contracting.map(\.right), of: b)
    for (pairs, verb) in [(contracting, "contract"), (batch, "pair")] {
      for (left, right) in pairs where a.shape[left] != b.shape[right] {
        throw TypeError(
          "can't \(verb) axis \(left) of \(a) with axis \(right) of \(b): \(a.shape[left]) and \(b.shape[right])"
        )
      }
    }
    let shape =
      batch.map { a.shape[$0.left] } + freeLeft(a.rank).map { a.shape[$0] }
      + freeRight(b.rank).map { b.shape[$0] }
    return [TensorType(result, shape)]
  }

  private func checkElementTypes(_ a: TensorType, _ b: TensorType) throws(TypeError) {
    let bytes: [ElementType] = [.i8, .u8]
    if bytes.contains(a.elementType), bytes.contains(b.elementType), result == .i32 { return }
    if a.elementType != b.elementType {
      throw TypeError(
        "can't contract \(a) with \(b): the element types are \(a.elementType) and \(b.elementType)")
    }
    let possible = [a.elementType, a.elementType.accumulator]
    if a.elementType == .bool || !possible.contains(result) {
      throw TypeError("can't contract \(a) with \(b) to \(result)")
    }
  }

  private func requirePairing(_ axes: [Int], of type: TensorType) throws(TypeError) {
    for axis in axes { try requireAxis(axis, of: type) }
    if Set(axes).count != axes.count {
      throw TypeError("contract: an axis of \(type) is paired twice")
    }
  }
}

// MARK: Evaluation

extension Contract {
  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let (a, b) = (operands[0], operands[1])
    let (freeLeft, freeRight) = (freeLeft(a.shape.count), freeRight(b.shape.count))
    let left = a.transposed(batch.map(\.left) + freeLeft + contracting.map(\.left))
    let right = b.transposed(batch.map(\.right) + contracting.map(\.right) + freeRight)
    let shape =
      batch.map { a.shape[$0.left] } + freeLeft.map { a.shape[$0] } + freeRight.map { b.shape[$0] }
    let product = MatrixProduct(
      batch: batch.reduce(1) { $0 * a.shape[$1.left] }, rows: freeLeft.reduce(1) { $0 * a.shape[$1] },
      columns: freeRight.reduce(1) { $0 * b.shape[$1] },
      depth: contracting.reduce(1) { $0 * a.shape[$1.left] })
    return [try product.evaluate(left, right, to: result).reshaped(shape)]
  }
}

// MARK: Lowering

extension Contract: ReducingOperation {
  public var function: ReductionFunction { .sum }

  public func reducedExtents(_ operands: [TensorType]) -> [IntegerExpression] {
    contracting.map { operands[0].shape[$0.left] }
  }

  public func accumulatorType(_ operands: [TensorType]) -> ElementType { result.accumulator }

  public func emitTerm(
    at indices: [IntegerExpression], reduced: [IntegerExpression], mask: Local?, _ operands: OperandReader
  ) -> ReductionTerm {
    var left = [IntegerExpression](repeating: 0, count: operands.types[0].rank)
    var right = [IntegerExpression](repeating: 0, count: operands.types[1].rank)
    for (pair, index) in zip(batch + contracting, indices.prefix(batch.count) + reduced) {
      left[pair.left] = index
      right[pair.right] = index
    }
    let free = indices.dropFirst(batch.count)
    let freeLeft = freeLeft(left.count)
    for (axis, index) in zip(freeLeft, free) { left[axis] = index }
    for (axis, index) in zip(freeRight(right.count), free.dropFirst(freeLeft.count)) { right[axis] = index }
    let type = accumulatorType(operands.types)
    return .product(
      operands.builder.convert(operands(0, at: left, mask: mask), to: type),
      operands.builder.convert(operands(1, at: right, mask: mask), to: type))
  }
}
