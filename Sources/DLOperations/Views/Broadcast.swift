import DLGraph
import DLLoops

/// A tensor repeated along new axes and along axes of extent 1.
public struct Broadcast: Primitive {
  public var shape: [Dimension]
  /// The axis of the result that each axis of the operand becomes, strictly ascending.
  public var axes: [Int]

  public init(shape: [Dimension], axes: [Int]) {
    self.shape = shape
    self.axes = axes
  }

  public var name: String { "broadcast" }

  public var attributes: AttributeList { ["shape": .dimensions(shape), "axes": .integers(axes)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(shape: try attributes.dimensions("shape"), axes: try attributes.integers("axes"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["broadcast"], form: "broadcast(x) {shape, axes}",
      summary: """
        `x` repeated to `shape`: its axis `i` becomes axis `axes[i]`, with the same extent or from extent 1, \
        and the other axes are new.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    let result = TensorType(x.elementType, shape)
    try requireCount(axes, "axes", x.rank, x)
    try requireAscendingAxes(axes, of: result)
    for (axis, target) in axes.enumerated() where x.shape[axis] != 1 && x.shape[axis] != shape[target] {
      throw TypeError(
        "can't broadcast axis \(axis) of \(x) to axis \(target) of \(result): \(x.shape[axis]) and \(shape[target])"
      )
    }
    return [result]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    let shape = try context.shape(shape)
    var strides = [Int](repeating: 0, count: shape.count)
    for (stride, (extent, axis)) in zip(Strided.dense(x.shape).strides, zip(x.shape, axes)) where extent != 1
    {
      strides[axis] = stride
    }
    return [x.taking(shape, at: Strided(strides: strides))]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Broadcast: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let position = zip(operands.types[0].shape, axes).map { $0 == 1 ? 0 : indices[$1] }
    return operands(0, at: position, mask: mask)
  }
}
