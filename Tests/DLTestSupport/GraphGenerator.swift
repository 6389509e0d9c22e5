import DLGraph
import DLOperations

/// Makes random graphs of every kind of operation, with inputs to run them on.
///
/// Values stay small, and comparisons read only inputs, so that rounding can't change a result by much. The same seed
/// gives the same graph.
public struct GraphGenerator {
  public private(set) var graph: Graph
  public private(set) var inputs: [Literal] = []
  var random: SplitMix
  /// The open dimension, with its value in the inputs.
  private let symbol: (Symbol, value: Int)?
  private var values: [ValueID] = []

  /// - Parameters:
  ///   - isOpen: whether the first axis of the inputs is an open dimension.
  public init(seed: Int, name: String = "f", isOpen: Bool = false, nodes: Int = 12) throws {
    random = SplitMix(seed: seed)
    let symbol = Symbol("B", lower: 1, upper: 40)
    self.symbol = isOpen ? (symbol, random.pick([1, 2, 5, 17, 40])) : nil
    graph = Graph(name: name, symbols: isOpen ? [symbol] : [])
    for _ in 0..<random.int(1...3) { addInput(.f32) }
    addInput(.i32)
    for _ in 0..<nodes { try grow() }
    let candidates = Array(values.suffix(4)) + [random.pick(values)]
    graph.outputs = candidates.enumerated().map { Graph.Output(name: "y\($0)", value: $1) }
  }

  // MARK: Values

  private mutating func extent() -> Int { random.pick([1, 2, 3, 3, 4, 5, 8, 16, 17, 33]) }

  private mutating func addInput(_ type: ElementType) {
    var shape = (0..<random.int(1...3)).map { _ in Dimension(extent()) }
    if let symbol { shape[0] = Dimension(symbol.0) }
    addInput(TensorType(type, shape))
  }

  @discardableResult
  private mutating func addInput(_ type: TensorType) -> ValueID {
    let value = graph.addInput("x\(inputs.count)", type)
    let shape = type.shape.map { $0.constantValue ?? symbol?.value ?? 1 }
    inputs.append(Literal(type.elementType, shape: shape, random: &random))
    values.append(value)
    return value
  }

  /// A value of exactly this type: one there is, a constant, or a new input.
  private mutating func value(of type: TensorType) throws -> ValueID {
    let known = values.filter { graph.type(of: $0) == type }
    if !known.isEmpty, random.chance(0.7) { return random.pick(known) }
    if let shape = type.concreteShape, random.chance(0.7) {
      return try graph.append(Constant(Literal(type.elementType, shape: shape, random: &random)), [])[0]
    }
    // An input must come before the nodes; what remains is a broadcast scalar.
    let scalar = try graph.append(Constant(Literal(type.elementType, shape: [], random: &random)), [])[0]
    return try graph.append(Broadcast(shape: type.shape, axes: []), [scalar])[0]
  }

  private mutating func append(_ operation: any Operation, _ operands: [ValueID]) throws {
    let results = try graph.append(operation, operands)
    // Larger values would only take time.
    values += results.filter { (graph.type(of: $0).maximumByteCount ?? .max) < 1 << 18 }
  }

  private mutating func floatingValue() -> ValueID {
    random.pick(values.filter { graph.type(of: $0).elementType == .f32 })
  }

  // MARK: Operations

  private mutating func grow() throws {
    switch random.int(0...15) {
    case 0, 1: try appendUnary()
    case 2, 3: try appendBinary()
    case 4: try appendBroadcast()
    case 5: try appendReshape()
    case 6: try appendTranspose()
    case 7: try appendSlice()
    case 8: try appendPad()
    case 9: try appendConcatenate()
    case 10: try appendReduce()
    case 11: try appendContract()
    case 12: try appendConvolve()
    case 13: try appendGather()
    case 14: try appendScan()
    default: try appendSelect()
    }
  }

  private mutating func appendUnary() throws {
    try append(Unary(random.pick([.tanh, .sigmoid, .erf, .negate, .abs, .sin])), [floatingValue()])
  }

  private mutating func appendBinary() throws {
    let operand = random.pick(values.filter { graph.type(of: $0).elementType != .bool })
    let type = graph.type(of: operand)
    let other = try value(of: type)
    let operands = random.chance(0.5) ? [operand, other] : [other, operand]
    let product = try graph.append(
      Binary(random.pick([.add, .subtract, .multiply, .minimum, .maximum])), operands)[0]
    // Sums of sums must not grow.
    if type.elementType == .f32, random.chance(0.5) {
      try append(Unary(.tanh), [product])
    } else if type.elementType == .f32 {
      values.append(product)
    } else {
      try append(Convert(to: .f32), [product])
    }
  }

  private mutating func appendBroadcast() throws {
    let operand = random.pick(values)
    let shape = graph.type(of: operand).shape
    guard shape.count < 4 else { return }
    let place = random.int(0...shape.count)
    var larger = shape
    larger.insert(Dimension(random.int(1...5)), at: place)
    try append(Broadcast(shape: larger, axes: larger.indices.filter { $0 != place }), [operand])
  }

  private mutating func appendReshape() throws {
    let operand = random.pick(values)
    let shape = graph.type(of: operand).shape
    guard shape.count > 1 else { return try append(Reshape(shape: shape + [1]), [operand]) }
    let place = random.int(0...shape.count - 2)
    let merged = shape[..<place] + [shape[place] * shape[place + 1]] + shape[(place + 2)...]
    try append(Reshape(shape: Array(merged)), [operand])
  }

  private mutating func appendTranspose() throws {
    let operand = random.pick(values)
    let axes = Array(0..<graph.type(of: operand).rank)
    try append(Transpose(permutation: axes.shuffled(using: &random)), [operand])
  }

  private mutating func appendSlice() throws {
    let operand = random.pick(values)
    var starts: [Dimension] = []
    var extents: [Dimension] = []
    var steps: [Int] = []
    for dimension in graph.type(of: operand).shape {
      let extent = dimension.constantValue ?? 1
      let isCut = extent > 1 && random.chance(0.5)
      let start = isCut ? random.int(0...extent - 1) : 0
      let step = isCut ? random.int(1...2) : 1
      starts.append(Dimension(start))
      extents.append(isCut ? Dimension(random.int(1...(extent - start + step - 1) / step)) : dimension)
      steps.append(step)
    }
    try append(Slice(starts: starts, extents: extents, steps: steps), [operand])
  }

  private mutating func appendPad() throws {
    let operand = floatingValue()
    let rank = graph.type(of: operand).rank
    guard rank > 0 else { return }
    var amounts: [[Dimension]] = [[], []]
    for side in 0..<2 { for _ in 0..<rank { amounts[side].append(Dimension(random.int(0...2))) } }
    let fill = try graph.append(Constant(Literal(.f32, shape: [], random: &random)), [])[0]
    try append(Pad(low: amounts[0], high: amounts[1]), [operand, fill])
  }

  private mutating func appendConcatenate() throws {
    let operand = floatingValue()
    let type = graph.type(of: operand)
    guard type.rank > 0 else { return }
    let other = try value(of: type)
    try append(Concatenate(axis: random.int(0...type.rank - 1)), [operand, other])
  }

  private mutating func appendReduce() throws {
    let operand = floatingValue()
    let rank = graph.type(of: operand).rank
    let axes =
      random.chance(0.5) ? Array(random.int(0...rank)..<rank) : (0..<rank).filter { _ in random.chance(0.5) }
    let reduced = try graph.append(Reduce(random.pick([.sum, .maximum, .minimum]), axes: axes), [operand])[0]
    // Often the result goes back to where it comes from, as in softmax and the normalizations.
    guard random.chance(0.6) else { return try append(Unary(.tanh), [reduced]) }
    let shape = graph.type(of: operand).shape
    let back = try graph.append(
      Broadcast(shape: shape, axes: (0..<rank).filter { !axes.contains($0) }), [reduced])[0]
    try append(Unary(.tanh), [graph.append(Binary(.subtract), [operand, back])[0]])
  }

  private mutating func appendContract() throws {
    let left = floatingValue()
    let shape = graph.type(of: left).shape
    guard !shape.isEmpty, shape.count < 4 else { return }
    let hasBatch = shape.count > 1 && random.chance(0.3)
    let terms = random.int((hasBatch ? 1 : 0)...shape.count - 1)
    let columns = Dimension(extent())
    let isTransposed = random.chance(0.5)
    let matrix = isTransposed ? [columns, shape[terms]] : [shape[terms], columns]
    let right = try value(of: TensorType(.f32, (hasBatch ? [shape[0]] : []) + matrix))
    let place = (hasBatch ? 1 : 0) + (isTransposed ? 1 : 0)
    let product = try graph.append(
      Contract(batch: hasBatch ? [(0, 0)] : [], contracting: [(terms, place)], result: .f32), [left, right])[
        0]
    try appendEpilogue(product, channels: graph.type(of: product).rank - 1)
  }

  private mutating func appendConvolve() throws {
    let images = values.filter { graph.type(of: $0).rank >= 3 && graph.type(of: $0).elementType == .f32 }
    guard !images.isEmpty else { return }
    let image = random.pick(images)
    let shape = graph.type(of: image).shape
    guard let channels = shape[1].constantValue else { return }
    let groups = random.chance(0.3) ? channels : 1
    let spatial = shape.count - 2
    let kernel = (0..<spatial).map { _ in random.int(1...3) }
    let weights = try value(
      of: TensorType(
        .f32,
        [Dimension(groups * random.int(1...5)), Dimension(channels / groups)] + kernel.map { Dimension($0) }))
    var strides: [Int] = []
    var padding: [(low: Int, high: Int)] = []
    for extent in kernel {
      strides.append(random.int(1...2))
      padding.append((extent - 1, random.int(0...1)))
    }
    let convolution = Convolve(
      strides: strides, padding: padding, dilation: kernel.map { _ in 1 },
      inputDilation: kernel.map { _ in 1 },
      groups: groups)
    guard (try? convolution.resultTypes(for: [graph.type(of: image), graph.type(of: weights)])) != nil else {
      return
    }
    try appendEpilogue(graph.append(convolution, [image, weights])[0], channels: 1)
  }

  /// A scale and a shift for each channel, as a batch normalization leaves them, and an activation.
  private mutating func appendEpilogue(_ product: ValueID, channels axis: Int) throws {
    let shape = graph.type(of: product).shape
    var result = product
    if let channels = shape[axis].constantValue {
      for function in [BinaryFunction.subtract, .multiply, .add] where random.chance(0.5) {
        let vector = try graph.append(Constant(Literal(.f32, shape: [channels], random: &random)), [])[0]
        let term = try graph.append(Broadcast(shape: shape, axes: [axis]), [vector])[0]
        result = try graph.append(Binary(function), [result, term])[0]
      }
    }
    if random.chance(0.3) {
      result = try graph.append(Binary(.add), [result, value(of: TensorType(.f32, shape))])[0]
    }
    try append(Unary(.tanh), [result])
  }

  private mutating func appendGather() throws {
    let operand = floatingValue()
    let shape = graph.type(of: operand).shape
    let axes = shape.indices.filter { shape[$0].constantValue != nil }
    guard !axes.isEmpty else { return }
    let axis = random.pick(axes)
    let limit = (shape[axis].constantValue ?? 1) - 1
    let indices = (0..<random.int(1...9)).map { _ in random.int(0...limit) }
    let constant = Constant(Literal(.i64, shape: [indices.count], elements: indices))
    try append(Gather(axis: axis), [operand, graph.append(constant, [])[0]])
  }

  private mutating func appendScan() throws {
    let sequence = floatingValue()
    let type = graph.type(of: sequence)
    guard type.rank > 0 else { return }
    let element = TensorType(.f32, Array(type.shape.dropFirst()))
    var body = Graph(name: "step")
    let carries = ["a", "b"].map { body.addInput($0, element) }
    let x = body.addInput("x", element)
    let sum = try body.append(Binary(.add), [carries[0], x])[0]
    let next = try body.append(Unary(.tanh), [sum])[0]
    // The carries change places: each is read after the other is computed.
    body.outputs = [("a", carries[1]), ("b", next), ("y", random.pick([next, carries[0], x]))].map {
      Graph.Output(name: $0, value: $1)
    }
    let scan = Scan(body: body, carries: 2, sequences: 1, reverse: random.chance(0.5))
    try append(scan, [value(of: element), value(of: element), sequence])
  }

  private mutating func appendSelect() throws {
    let operand = random.pick(graph.inputs.map(\.value))
    let type = graph.type(of: operand)
    let other = try value(of: type)
    guard graph.definingNode(of: other)?.operation is Constant || graph.definingNode(of: other) == nil else {
      return
    }
    let condition = try graph.append(
      Compare(random.pick([.less, .greaterOrEqual, .equal])), [operand, other])[0]
    let shape = TensorType(.f32, type.shape)
    try append(Select(), [condition, value(of: shape), value(of: shape)])
  }
}
