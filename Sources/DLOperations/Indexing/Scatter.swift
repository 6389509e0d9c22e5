import DLGraph
import DLLoops

/// Writes slices into a tensor along one axis, by a tensor of indices: the inverse of `gather`.
public struct Scatter: Primitive {
  public var function: ScatterFunction
  public var axis: Int

  public init(_ function: ScatterFunction, axis: Int) {
    self.function = function
    self.axis = axis
  }

  public var name: String { "scatter" }

  public var attributes: AttributeList {
    ["function": .string(function.rawValue), "axis": .integer(axis)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      try attributes.choice("function"), axis: try attributes.integer("axis"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["scatter"], form: "scatter(x, indices, updates) {function, axis}",
      summary: """
        `x` with its slices at `indices` along `axis` replaced by, or combined with, the slices of `updates`, in the \
        order of the indices. A negative index counts from the end; a slice beyond the axis is dropped.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(3, operands)
    let (x, indices, updates) = (operands[0], operands[1], operands[2])
    try requireAxis(axis, of: x)
    try requireIndices(indices)
    try requireFunction(function, on: x)
    let expected = TensorType(
      x.elementType, x.shape[..<axis] + indices.shape + x.shape[(axis + 1)...])
    if updates != expected {
      throw TypeError(
        "scatter into \(x) along axis \(axis) by \(indices) takes updates \(expected), not \(updates)")
    }
    return [x]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    let indices = operands[1].values(as: Int.self)
    let extent = x.shape[axis]
    let inner = x.shape[(axis + 1)...].reduce(1, *)
    var targets: [Int] = []
    targets.reserveCapacity(operands[2].count)
    for outer in 0..<x.shape[..<axis].reduce(1, *) {
      for index in indices {
        let index = index.countedFromStart(extent: extent)
        let start = (outer * extent + index) * inner
        let isInside = (0..<extent).contains(index)
        for offset in 0..<inner { targets.append(isInside ? start + offset : -1) }
      }
    }
    return [x.scattering(operands[2], to: targets, function)]
  }

  public var lowering: Lowering { .whole(self) }
}

extension Scatter: WholeOperation {
  public func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    let (x, indices, updates, result) = (inputs[0], inputs[1], inputs[2], outputs[0])
    let view = AxisView(x.type, axis: axis)
    let count = indices.type.count
    view.grid(in: builder) { strip in
      builder.loop(view.extent) { index in
        strip.forEachElement(in: builder) { inner, _ in
          let offset = view.offset(strip.outer, index, inner)
          builder.store(builder.load(x.buffer, at: offset), result.buffer, at: offset)
        }
      }
      builder.loop(count) { number in
        let index = builder.countedFromStart(builder.load(indices.buffer, at: number), extent: view.extent)
        builder.conditional(builder.isIndex(index, extent: view.extent)) {
          let position = builder.bind(index, lower: 0, upper: view.extent - 1)
          strip.forEachElement(in: builder) { inner, _ in
            let update = builder.load(
              updates.buffer, at: (strip.outer * count + number) * view.inner + inner)
            builder.scatter(
              function, update, result.buffer, at: view.offset(strip.outer, position, inner), mask: nil)
          }
        }
      }
    }
  }
}
