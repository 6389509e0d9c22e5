import DLGraph
import DLLoops

/// Combines each element with all that come before it along an axis: cumulative sums, products, minima, maxima.
public struct Cumulative: Primitive {
  public var function: ReductionFunction
  public var axis: Int
  /// Whether the last elements come first.
  public var reverse: Bool

  public init(_ function: ReductionFunction, axis: Int, reverse: Bool = false) {
    self.function = function
    self.axis = axis
    self.reverse = reverse
  }

  public var name: String { "cumulative" }

  public var attributes: AttributeList {
    AttributeList([
      "function": .string(function.rawValue), "axis": .integer(axis), "reverse": .boolean(reverse),
    ])
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      try attributes.choice("function"), axis: try attributes.integer("axis"),
      reverse: try attributes.boolean("reverse"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["cumulative"], form: "cumulative(x) {function, axis, reverse}",
      summary: """
        Each element of `x` combined with those before it along `axis`, or in `reverse` with those after it, by \
        `sum`, `product`, `minimum`, `maximum`, `any` or `all`; `f16` and `bf16` in `f32`. NaN stays NaN.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    try requireAxis(axis, of: x)
    if !function.accepts(x.elementType) {
      throw TypeError("cumulative can't take the \(function.rawValue) of elements of \(x)")
    }
    return [x]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    return [x.elementType.isFloatingPoint ? accumulated(x, as: Double.self) : accumulated(x, as: Int.self)]
  }

  private func accumulated<Wide: WideElement>(_ x: Literal, as type: Wide.Type) -> Literal {
    let combine = Wide.implementation(of: function.binaryFunction, on: x.elementType)
    var values = x.values(as: type)
    let rows = AxisRows(x.shape, axis: axis)
    let step = reverse ? -rows.stride : rows.stride
    for start in rows.starts where rows.extent > 1 {
      var position = reverse ? start + (rows.extent - 1) * rows.stride : start
      for _ in 1..<rows.extent {
        values[position + step] = combine(values[position], values[position + step])
        position += step
      }
    }
    return Literal(x.elementType, shape: x.shape, values: values)
  }

  public var lowering: Lowering { .whole(self) }
}

extension Cumulative: WholeOperation {
  public func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    let (x, result) = (inputs[0], outputs[0])
    let type = x.type.elementType
    let view = AxisView(x.type, axis: axis)
    let carried = builder.addBuffer(
      "carried", type.accumulator, .local(count: view.inner == 1 ? 1 : AxisView.Strip.maximumWidth))
    view.grid(in: builder) { strip in
      strip.forEachElement(in: builder) { _, slot in
        builder.store(builder.identity(of: function, type.accumulator), carried, at: slot)
      }
      builder.loop(view.extent) { step in
        let index = reverse ? view.extent - 1 - step : step
        strip.forEachElement(in: builder) { inner, slot in
          let offset = view.offset(strip.outer, index, inner)
          let element = builder.convert(builder.load(x.buffer, at: offset), to: type.accumulator)
          let combined = builder.combine(function, builder.load(carried, at: slot), element)
          builder.store(combined, carried, at: slot)
          builder.store(builder.convert(combined, to: type), result.buffer, at: offset)
        }
      }
    }
  }
}
