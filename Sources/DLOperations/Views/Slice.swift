import DLGraph
import DLLoops

/// Part of a tensor: every so many elements along each axis.
public struct Slice: Primitive {
  public var starts: [Dimension]
  public var extents: [Dimension]
  /// The distances of neighbours; negative to walk backward.
  public var steps: [Int]

  public init(starts: [Dimension], extents: [Dimension], steps: [Int]) {
    self.starts = starts
    self.extents = extents
    self.steps = steps
  }

  /// The first elements of each axis.
  package init(first extents: [Dimension]) {
    self.init(starts: extents.map { _ in 0 }, extents: extents, steps: extents.map { _ in 1 })
  }

  public var name: String { "slice" }

  public var attributes: AttributeList {
    ["starts": .dimensions(starts), "extents": .dimensions(extents), "steps": .integers(steps)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      starts: try attributes.dimensions("starts"), extents: try attributes.dimensions("extents"),
      steps: try attributes.integers("steps"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["slice"], form: "slice(x) {starts, extents, steps}",
      summary: """
        The elements of `x` at `starts[i] + j * steps[i]` along axis `i`, for `j` below `extents[i]`. A step \
        may be negative. They must lie in `x` whatever the open dimensions are.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    try requireCount(starts, "starts", x.rank, x)
    try requireCount(extents, "extents", x.rank, x)
    try requireCount(steps, "steps", x.rank, x)
    for axis in x.shape.indices { try checkRange(along: axis, of: x) }
    return [TensorType(x.elementType, extents)]
  }

  /// Refuses what certainly lies outside; where a symbol leaves it open, whoever made the slice answers for
  /// it.
  private func checkRange(along axis: Int, of x: TensorType) throws(TypeError) {
    if extents[axis].isAlwaysNegative {
      throw TypeError("can't slice \(x): the extent along axis \(axis) is \(extents[axis])")
    }
    if extents[axis] == 0 || !extents[axis].isProvably(atLeast: 1) { return }
    let last = starts[axis] + (extents[axis] - 1) * Dimension(steps[axis])
    for index in [starts[axis], last]
    where index.isAlwaysNegative || (x.shape[axis] - 1 - index).isAlwaysNegative {
      throw TypeError(
        "can't slice \(x): index \(index) lies outside axis \(axis), which has extent \(x.shape[axis])")
    }
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    let (starts, extents) = (try context.shape(starts), try context.shape(extents))
    var places = Strided.dense(x.shape)
    for axis in x.shape.indices {
      let last = starts[axis].addingSaturated((extents[axis] - 1).multipliedSaturated(steps[axis]))
      guard extents[axis] >= 0 else { throw EvaluationError("a slice of extent \(extents[axis])") }
      guard
        extents[axis] == 0 || (0..<x.shape[axis]).contains(starts[axis]) && (0..<x.shape[axis]).contains(last)
      else { throw EvaluationError("a slice of \(x.type) lies outside axis \(axis)") }
      places.offset &+= starts[axis] &* places.strides[axis]
      places.strides[axis] &*= steps[axis]
    }
    return [x.taking(extents, at: places)]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Slice: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let position = indices.indices.map { starts[$0] + indices[$0] * IntegerExpression(steps[$0]) }
    return operands(0, at: position, mask: mask)
  }
}
