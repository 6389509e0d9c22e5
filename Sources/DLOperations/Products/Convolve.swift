import DLGraph
import DLLoops

/// The convolution of the networks, which is a cross-correlation: the kernel is not flipped.
public struct Convolve: Primitive {
  public var strides: [Int]
  public var padding: [(low: Int, high: Int)]
  public var dilation: [Int]
  public var inputDilation: [Int]
  public var groups: Int
  /// The type of the sums; that of the operands where nil.
  public var result: ElementType?

  public init(
    strides: [Int], padding: [(low: Int, high: Int)], dilation: [Int], inputDilation: [Int], groups: Int,
    result: ElementType? = nil
  ) {
    self.strides = strides
    self.padding = padding
    self.dilation = dilation
    self.inputDilation = inputDilation
    self.groups = groups
    self.result = result
  }

  public var name: String { "convolve" }

  public var attributes: AttributeList {
    let list: AttributeList = [
      "strides": .integers(strides), "padding_low": .integers(padding.map(\.low)),
      "padding_high": .integers(padding.map(\.high)), "dilation": .integers(dilation),
      "input_dilation": .integers(inputDilation), "groups": .integer(groups),
    ]
    guard let result else { return list }
    return AttributeList(entries: list.entries + [.init(name: "result", value: .elementType(result))])
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      strides: try attributes.integers("strides"),
      padding: try attributes.pairs("padding_low", "padding_high"),
      dilation: try attributes.integers("dilation"),
      inputDilation: try attributes.integers("input_dilation"), groups: try attributes.integer("groups"),
      result: try attributes.optionalElementType("result"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["convolve"],
      form:
        "convolve(x, kernel) {strides, padding_low, padding_high, dilation, input_dilation, groups, result}",
      summary: """
        `x` [N, C, S…] correlated with `kernel` [O, C / groups, K…] along 1 to 3 spatial axes: the sums of \
        products under the kernel, which slides in `strides` over `x` with its elements pulled \
        `input_dilation` apart and zeros added (negative padding takes away). Output channels see the input \
        channels of their group. `result`, which may be left out, is as for `contract`: f32 for f16 and bf16, \
        i32 for i8 and u8 in any combination.
        """)
  }

  /// The sliding of a kernel along its spatial axes.
  func windowAxes(_ kernel: [Dimension]) -> [WindowAxis] {
    strides.indices.map {
      WindowAxis(
        window: kernel[2 + $0], stride: strides[$0], dilation: dilation[$0], low: padding[$0].low,
        high: padding[$0].high, inputDilation: inputDilation[$0])
    }
  }

  public var lowering: Lowering { .reducing(self) }
}

// MARK: Type rule

extension Convolve {
  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    let (x, kernel) = (operands[0], operands[1])
    try checkElementTypes(x, kernel)
    guard (3...5).contains(x.rank), kernel.rank == x.rank else {
      throw TypeError(
        "can't convolve \(x) with \(kernel): both need batch, channels and 1 to 3 spatial axes")
    }
    for (attribute, values) in [
      ("strides", strides), ("dilation", dilation), ("input_dilation", inputDilation),
    ] {
      try requireCount(values, attribute, x.rank - 2, x)
      try requireAtLeast(1, values, attribute)
    }
    try requireCount(padding, "padding_low", x.rank - 2, x)
    try requireAtLeast(Int(Int32.min), padding.map(\.low), "padding_low")
    try requireAtLeast(Int(Int32.min), padding.map(\.high), "padding_high")
    try checkChannels(x, kernel)
    let spatial = try slidingExtents(windowAxes(kernel.shape), over: x, axes: Array(2..<x.rank))
    return [TensorType(result ?? x.elementType, [x.shape[0], kernel.shape[0]] + spatial)]
  }

  private func checkElementTypes(_ x: TensorType, _ kernel: TensorType) throws(TypeError) {
    let bytes: [ElementType] = [.i8, .u8]
    if bytes.contains(x.elementType), bytes.contains(kernel.elementType), result == .i32 { return }
    if x.elementType != kernel.elementType || x.elementType == .bool {
      throw TypeError(
        "can't convolve \(x) with \(kernel): the element types are \(x.elementType) and \(kernel.elementType)"
      )
    }
    if let result, result != x.elementType, result != x.elementType.accumulator {
      throw TypeError("can't convolve \(x) with \(kernel) to \(result)")
    }
  }

  private func checkChannels(_ x: TensorType, _ kernel: TensorType) throws(TypeError) {
    try requireAtLeast(1, [groups], "groups")
    let count = Dimension(groups)
    if kernel.shape[1] * count != x.shape[1] {
      throw TypeError(
        "can't convolve \(x) with \(kernel) in \(groups) group\(groups == 1 ? "" : "s"): "
          + "\(x.shape[1]) channels and \(kernel.shape[1]) a group")
    }
    if kernel.shape[0].modulo(count) != 0 {
      throw TypeError(
        "can't convolve \(x) with \(kernel) in \(groups) groups: they don't divide \(kernel.shape[0]) outputs"
      )
    }
  }
}

// MARK: Lowering

extension Convolve: ReducingOperation {
  public var function: ReductionFunction { .sum }

  public func reducedExtents(_ operands: [TensorType]) -> [IntegerExpression] {
    Array(operands[1].shape.dropFirst())
  }

  public func accumulatorType(_ operands: [TensorType]) -> ElementType {
    (result ?? operands[0].elementType).accumulator
  }

  public func emitTerm(
    at indices: [IntegerExpression], reduced: [IntegerExpression], mask: Local?, _ operands: OperandReader
  ) -> ReductionTerm {
    let builder = operands.builder
    let (x, kernel) = (operands.types[0], operands.types[1])
    let outputsOfGroup = kernel.shape[0].floorDivided(by: IntegerExpression(groups))
    let group = groups == 1 ? 0 : indices[1].floorDivided(by: outputsOfGroup)
    var position = [indices[0], group * kernel.shape[1] + reduced[0]]
    var inside: Local?
    for (axis, sliding) in windowAxes(kernel.shape).enumerated() {
      let place = sliding.position(
        indices[2 + axis], reduced[1 + axis], extent: x.shape[2 + axis], in: builder)
      position.append(place.index)
      inside = builder.and(inside, place.isInside)
    }
    let type = accumulatorType(operands.types)
    let element = builder.convert(operands(0, at: position, mask: builder.and(mask, inside)), to: type)
    let weight = builder.convert(operands(1, at: [indices[1]] + reduced, mask: mask), to: type)
    let seen = inside.map { builder.select($0, element, builder.constant(0, type)) } ?? element
    return .product(seen, weight)
  }
}
