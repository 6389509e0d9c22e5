import DLGraph
import DLLoops

/// The combination of the elements under a sliding window: pooling.
public struct ReduceWindow: Primitive {
  public var function: ReductionFunction
  public var window: [Int]
  public var strides: [Int]
  public var dilation: [Int]
  public var padding: [(low: Int, high: Int)]

  public init(
    _ function: ReductionFunction, window: [Int], strides: [Int], dilation: [Int],
    padding: [(low: Int, high: Int)]
  ) {
    self.function = function
    self.window = window
    self.strides = strides
    self.dilation = dilation
    self.padding = padding
  }

  public var name: String { "reduce_window" }

  public var attributes: AttributeList {
    [
      "function": .string(function.rawValue), "window": .integers(window), "strides": .integers(strides),
      "dilation": .integers(dilation), "padding_low": .integers(padding.map(\.low)),
      "padding_high": .integers(padding.map(\.high)),
    ]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      try attributes.choice("function"), window: try attributes.integers("window"),
      strides: try attributes.integers("strides"), dilation: try attributes.integers("dilation"),
      padding: try attributes.pairs("padding_low", "padding_high"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["reduce_window"],
      form: "reduce_window(x) {function, window, strides, dilation, padding_low, padding_high}",
      summary: """
        The elements under a window that slides over `x` in `strides`, combined by the function; every list \
        has an entry for each axis. Padding adds the function's identity.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    try requireReduction(function, of: x)
    for (attribute, values) in [("window", window), ("strides", strides), ("dilation", dilation)] {
      try requireCount(values, attribute, x.rank, x)
      try requireAtLeast(1, values, attribute)
    }
    try requireCount(padding, "padding_low", x.rank, x)
    try requireAtLeast(Int(Int32.min), padding.map(\.low), "padding_low")
    try requireAtLeast(Int(Int32.min), padding.map(\.high), "padding_high")
    return [TensorType(x.elementType, try slidingExtents(windowAxes, over: x, axes: Array(x.shape.indices)))]
  }

  var windowAxes: [WindowAxis] {
    window.indices.map {
      WindowAxis(
        window: Dimension(window[$0]), stride: strides[$0], dilation: dilation[$0], low: padding[$0].low,
        high: padding[$0].high)
    }
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    let x = operands[0]
    return x.elementType.isFloatingPoint ? [evaluate(x, as: Double.self)] : [evaluate(x, as: Int.self)]
  }

  /// For each position in the window, all results at once.
  private func evaluate<Wide: WideElement>(_ x: Literal, as type: Wide.Type) -> Literal {
    let axes = windowAxes
    let shape = axes.indices.map { axes[$0].resultCount(x.shape[$0]) }
    let values = x.values(as: type)
    var results = [Wide](
      repeating: Wide.identity(of: function, on: x.elementType), count: shape.reduce(1, *))
    forEachIndex(window) { offsets in
      var (source, target) = (Strided.dense(x.shape), Strided.dense(shape))
      var extents: [Int] = []
      for axis in axes.indices {
        let seen = axes[axis].visible(offsets[axis], extent: x.shape[axis], resultCount: shape[axis])
        extents.append(seen.results.count)
        source.offset += seen.first * source.strides[axis]
        target.offset += seen.results.lowerBound * target.strides[axis]
        source.strides[axis] *= strides[axis]
      }
      accumulate(
        StridedWalk(extents, source, target), function, values, into: &results, on: x.elementType)
    }
    return Literal(x.elementType, shape: shape, values: results)
  }

  public var lowering: Lowering { .reducing(self) }
}

extension ReduceWindow: ReducingOperation {
  public func reducedExtents(_ operands: [TensorType]) -> [IntegerExpression] {
    window.map { IntegerExpression($0) }
  }

  public func accumulatorType(_ operands: [TensorType]) -> ElementType { operands[0].elementType.accumulator }

  public func emitTerm(
    at indices: [IntegerExpression], reduced: [IntegerExpression], mask: Local?, _ operands: OperandReader
  ) -> ReductionTerm {
    let builder = operands.builder
    var position: [IntegerExpression] = []
    var inside: Local?
    for (axis, sliding) in windowAxes.enumerated() {
      let place = sliding.position(
        indices[axis], reduced[axis], extent: operands.types[0].shape[axis], in: builder)
      position.append(place.index)
      inside = builder.and(inside, place.isInside)
    }
    let type = accumulatorType(operands.types)
    let element = builder.convert(operands(0, at: position, mask: builder.and(mask, inside)), to: type)
    return .value(inside.map { builder.select($0, element, builder.identity(of: function, type)) } ?? element)
  }
}
