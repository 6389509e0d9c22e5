import DLGraph
import DLLoops

/// The same elements, in row-major order, under another shape.
public struct Reshape: Primitive {
  public var shape: [Dimension]

  public init(shape: [Dimension]) { self.shape = shape }

  public var name: String { "reshape" }

  public var attributes: AttributeList { ["shape": .dimensions(shape)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(shape: try attributes.dimensions("shape"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["reshape"], form: "reshape(x) {shape}",
      summary: "The elements of `x` in row-major order under another shape of as many elements.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    let result = TensorType(x.elementType, shape)
    if x.count != result.count {
      throw TypeError("can't reshape \(x) to \(result): \(x.count) and \(result.count) elements")
    }
    if shape.contains(where: \.isAlwaysNegative) {
      throw TypeError("can't reshape \(x) to \(result): an extent is negative")
    }
    return [result]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let shape = try context.shape(shape)
    guard operands[0].count == shape.reduce(1, *) else {
      throw EvaluationError("can't reshape \(operands[0].type) to \(shape)")
    }
    return [operands[0].reshaped(shape)]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Reshape: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands(0, at: Self.position(at: indices, of: shape, in: operands.types[0].shape), mask: mask)
  }

  /// The indices in `source` of the element that is at `indices` in `shape`.
  ///
  /// Groups of axes with equal products map onto each other on their own, so that an axis that stays keeps
  /// its plain index.
  package static func position(
    at indices: [IntegerExpression], of shape: [Dimension], in source: [Dimension]
  ) -> [IntegerExpression] {
    var position = [IntegerExpression](repeating: 0, count: source.count)
    var sourceAxes = source.indices.filter { source[$0] != 1 }[...]
    var axes = shape.indices.filter { shape[$0] != 1 }[...]
    while !sourceAxes.isEmpty {
      let (sourceCount, count) = leadingGroup(sourceAxes.map { source[$0] }, axes.map { shape[$0] })
      var flat: IntegerExpression = 0
      for axis in axes.prefix(count) { flat = flat * shape[axis] + indices[axis] }
      let group = sourceAxes.prefix(sourceCount)
      for axis in group.dropFirst().reversed() {
        position[axis] = flat.modulo(source[axis])
        flat = flat.floorDivided(by: source[axis])
      }
      if let first = group.first { position[first] = flat }
      sourceAxes = sourceAxes.dropFirst(sourceCount)
      axes = axes.dropFirst(count)
    }
    return position
  }

  /// The least numbers of leading axes of two shapes whose products are equal; all of them where there are
  /// none.
  private static func leadingGroup(_ a: [Dimension], _ b: [Dimension]) -> (Int, Int) {
    var (first, product): (Int, Dimension) = (0, 1)
    while first < a.count {
      product *= a[first]
      first += 1
      var other: Dimension = 1
      for second in b.indices {
        other *= b[second]
        if other == product { return (first, second + 1) }
      }
    }
    return (a.count, b.count)
  }
}
