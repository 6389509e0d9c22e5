import DLGraph
import DLLoops

/// Writes elements into a tensor at indices along one axis, the other axes going along: PyTorch's `scatter`.
public struct ScatterElements: Primitive {
  public var function: ScatterFunction
  public var axis: Int

  public init(_ function: ScatterFunction, axis: Int) {
    self.function = function
    self.axis = axis
  }

  public var name: String { "scatter_elements" }

  public var attributes: AttributeList {
    ["function": .string(function.rawValue), "axis": .integer(axis)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      try attributes.choice("function"), axis: try attributes.integer("axis"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["scatter_elements"], form: "scatter_elements(x, indices, updates) {function, axis}",
      summary: """
        `x` where, for each position of `indices`, the element at that position with the index in place of the \
        position along `axis` is replaced by, or combined with, the element of `updates`, in the order of the \
        positions. A negative index counts from the end; an element beyond the axis is dropped.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(3, operands)
    let (x, indices, updates) = (operands[0], operands[1], operands[2])
    try requireAxis(axis, of: x)
    try requireIndices(indices)
    try requireFunction(function, on: x)
    try requireElementIndices(indices, into: x, axis: axis)
    let expected = TensorType(x.elementType, indices.shape)
    if updates != expected {
      throw TypeError("scatter_elements into \(x) by \(indices) takes updates \(expected), not \(updates)")
    }
    return [x]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    let positions = ElementPositions(of: operands[1].shape, in: x.shape, axis: axis)
    let extent = x.shape[axis]
    let targets = zip(positions, operands[1].values(as: Int.self)).map { start, index in
      let index = index.countedFromStart(extent: extent)
      return (0..<extent).contains(index) ? start + index * positions.axisStride : -1
    }
    return [x.scattering(operands[2], to: targets, function)]
  }

  public var lowering: Lowering { .whole(self) }
}

extension ScatterElements: WholeOperation {
  public func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    let (x, result) = (inputs[0], outputs[0])
    let view = AxisView(x.type, axis: axis)
    builder.grid(view.outer) { outer in
      let block = view.extent * view.inner
      builder.loop(block, .vector) { element in
        let offset = outer * block + element
        builder.store(builder.load(x.buffer, at: offset), result.buffer, at: offset)
      }
      let before = outer.positions(in: Array(x.type.shape[..<axis]))
      let inside = zip(before, inputs[1].type.shape).reduce(nil as Local?) { mask, axis in
        builder.and(mask, builder.isInRange(axis.0, 0, axis.1))
      }
      if let inside {
        builder.conditional(inside) { emitUpdates(inputs, result, at: before, in: builder) }
      } else {
        emitUpdates(inputs, result, at: before, in: builder)
      }
    }
  }

  /// Emits loops over the rest of the axes of the indices, in order, and the update inside. Behind `axis`, different
  /// positions never meet, so the last loop runs as vectors.
  private func emitUpdates(
    _ inputs: [TensorBuffer], _ result: TensorBuffer, at position: [IntegerExpression],
    in builder: KernelBuilder
  ) {
    let indices = inputs[1]
    let next = position.count
    guard next == indices.type.rank else {
      let isLast = next == indices.type.rank - 1
      builder.loop(indices.type.shape[next], isLast && next > axis ? .vector : .serial) {
        emitUpdates(inputs, result, at: position + [$0], in: builder)
      }
      return
    }
    let extent = result.type.shape[axis]
    let source = indices.offset(of: position)
    let index = builder.countedFromStart(builder.load(indices.buffer, at: source), extent: extent)
    let mask = builder.isIndex(index, extent: extent)
    var target = position
    target[axis] = builder.boundClamped(index, last: extent - 1)
    let update = builder.load(inputs[2].buffer, at: source)
    builder.scatter(function, update, result.buffer, at: result.offset(of: target), mask: mask)
  }
}

extension IntegerExpression {
  /// The position along each axis of a shape of the element of this number.
  fileprivate func positions(in shape: [IntegerExpression]) -> [IntegerExpression] {
    var rest = self
    var result: [IntegerExpression] = []
    for (axis, extent) in shape.enumerated().reversed() {
      result.append(axis == 0 ? rest : rest.modulo(extent))
      rest = rest.floorDivided(by: extent)
    }
    return result.reversed()
  }
}
