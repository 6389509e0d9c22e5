import DLGraph
import DLLoops

/// The combination of all elements along some axes.
public struct Reduce: Primitive {
  public var function: ReductionFunction
  /// Ascending.
  public var axes: [Int]

  public init(_ function: ReductionFunction, axes: [Int]) {
    self.function = function
    self.axes = axes
  }

  public var name: String { "reduce" }

  public var attributes: AttributeList { ["function": .string(function.rawValue), "axes": .integers(axes)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(try attributes.choice("function"), axes: try attributes.integers("axes"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["reduce"], form: "reduce(x) {function, axes}",
      summary: """
        The elements along `axes` combined by sum, product, minimum, maximum, any or all; the axes vanish. \
        Sums of f16 and bf16 are carried in f32; minimum and maximum give NaN where an element is. Of no \
        elements it is the identity of the function: 0, 1, the greatest or least value.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    try requireAscendingAxes(axes, of: x)
    try requireReduction(function, of: x)
    return [TensorType(x.elementType, keptAxes(of: x.rank).map { x.shape[$0] })]
  }

  /// The axes that remain.
  public func keptAxes(of rank: Int) -> [Int] { (0..<rank).filter { !axes.contains($0) } }

  /// The operand's shape as rows, and the columns that each is reduced over; nil where the reduced axes are not the
  /// last ones, or none.
  package func rowsAndColumns(of shape: [Dimension]) -> (rows: [Dimension], columns: [Dimension])? {
    let rank = shape.count - axes.count
    guard !axes.isEmpty, axes == Array(rank..<shape.count) else { return nil }
    return (Array(shape[..<rank]), Array(shape[rank...]))
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    let x = operands[0]
    return x.elementType.isFloatingPoint ? [evaluate(x, as: Double.self)] : [evaluate(x, as: Int.self)]
  }

  private func evaluate<Wide: WideElement>(_ x: Literal, as type: Wide.Type) -> Literal {
    let kept = keptAxes(of: x.shape.count)
    let shape = kept.map { x.shape[$0] }
    var places = Strided(strides: x.shape.map { _ in 0 })
    for (axis, stride) in zip(kept, Strided.dense(shape).strides) { places.strides[axis] = stride }
    var results = [Wide](
      repeating: Wide.identity(of: function, on: x.elementType), count: shape.reduce(1, *))
    accumulate(
      StridedWalk(x.shape, .dense(x.shape), places), function, x.values(as: type), into: &results,
      on: x.elementType)
    return Literal(x.elementType, shape: shape, values: results)
  }

  public var lowering: Lowering { .reducing(self) }
}

extension Reduce: ReducingOperation {
  public func reducedExtents(_ operands: [TensorType]) -> [IntegerExpression] {
    axes.map { operands[0].shape[$0] }
  }

  public func accumulatorType(_ operands: [TensorType]) -> ElementType { operands[0].elementType.accumulator }

  public func emitTerm(
    at indices: [IntegerExpression], reduced: [IntegerExpression], mask: Local?, _ operands: OperandReader
  ) -> ReductionTerm {
    var position = [IntegerExpression](repeating: 0, count: operands.types[0].rank)
    for (axis, index) in zip(keptAxes(of: position.count), indices) { position[axis] = index }
    for (axis, index) in zip(axes, reduced) { position[axis] = index }
    let element = operands(0, at: position, mask: mask)
    return .value(operands.builder.convert(element, to: accumulatorType(operands.types)))
  }
}

extension Operation {
  /// - Throws: where the elements can't be combined by the function.
  func requireReduction(_ function: ReductionFunction, of type: TensorType) throws(TypeError) {
    if !function.accepts(type.elementType) {
      throw TypeError(
        "\(name) by \(function.rawValue) isn't defined on \(type.elementType), the elements of \(type)")
    }
  }
}

/// Combines each element of the first buffer of a walk into its place in the second, in the order of the
/// walk.
func accumulate<Wide: WideElement>(
  _ walk: StridedWalk, _ function: ReductionFunction, _ source: [Wide], into target: inout [Wide],
  on type: ElementType
) {
  let combine = Wide.implementation(of: function.binaryFunction, on: type)
  let (count, strides) = (walk.count, walk.strides)
  source.withUnsafeBufferPointer { source in
    target.withUnsafeMutableBufferPointer { target in
      walk.forEachRun { first, second in
        for index in 0..<count {
          let place = second + index * strides.second
          target[place] = combine(target[place], source[first + index * strides.first])
        }
      }
    }
  }
}
