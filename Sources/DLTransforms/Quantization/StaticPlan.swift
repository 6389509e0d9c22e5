import DLGraph
import DLLoops
import DLOperations

/// Which products of a graph are computed with bytes, and how the values they read become bytes.
struct StaticPlan {
  /// A product with constant weights that the recipe asks to quantize.
  struct Product {
    /// Its position among the nodes.
    var node: Int
    var scheme: QuantizationScheme
    var weights: ProductWeights
    /// The parameter that the weights come from.
    var parameter: String
    /// Whether the target is faster with weights whose products with bytes have sums of 16 bits.
    var isBounded: Bool
    /// What is added to each output channel, because rounding the weights took it away; empty for nothing.
    var correction: [Float] = []
  }

  let graph: Graph
  private(set) var products: [Product] = []

  /// The products of a graph that a recipe quantizes with scales found by calibration.
  init(_ graph: Graph, recipe: Recipe, target: TargetDescription) {
    self.graph = graph
    for (index, node) in graph.nodes.enumerated() {
      guard let weights = ProductWeights(node.operation),
        let constant = graph.definingNode(of: node.operands[1])?.operation as? Constant,
        let name = constant.parameterName, let scheme = recipe.quantization(of: name), scheme.mode == .static,
        constant.literal.elementType == .f32, graph.type(of: node.operands[0]).elementType == .f32,
        graph.type(of: node.results[0]).elementType == .f32, node.hasPlainWeights(constant.literal)
      else { continue }
      // Channels that are alone in their group are multiplied one by one.
      let isBounded = target.prefersBoundedBytes && constant.literal.shape[1] > 1
      products.append(
        Product(node: index, scheme: scheme, weights: weights, parameter: name, isBounded: isBounded))
    }
  }

  /// The values that the products read, each once.
  var activations: [ValueID] { Set(products.map { graph.nodes[$0.node].operands[0] }).sorted() }

  /// The axis along which the products that read a value have its channels; values of which they differ have none.
  var activationAxes: [ValueID: Int] {
    let pairs = products.map { product in
      let node = graph.nodes[product.node]
      return (node.operands[0], Set([product.weights.channelAxis(ofOperandOf: node.operation)]))
    }
    return Dictionary(pairs) { $0.union($1) }.compactMapValues { $0.count == 1 ? $0.first : nil }
  }

  /// Lets each product make up for what rounding its weights takes from the means of its output channels.
  ///
  /// - Parameter means: of the operand of each product, by channel.
  mutating func correct(_ means: [ValueID: ChannelMeans]) {
    for (index, product) in products.enumerated() {
      guard let operand = means[graph.nodes[product.node].operands[0]] else { continue }
      let weights = weights(of: product)
      products[index].correction = product.weights.lostMeans(
        graph.nodes[product.node].operation, weights, QuantizedWeights(weights, of: product),
        means: operand.means)
    }
  }

  /// The constant weights of a product.
  func weights(of product: Product) -> Literal {
    let operand = graph.nodes[product.node].operands[1]
    guard let constant = graph.definingNode(of: operand)?.operation as? Constant else {
      preconditionFailure("the plan has constant weights alone")
    }
    return constant.literal
  }

  /// What becomes of each product.
  ///
  /// - Parameter signalToNoise: what each costs alone, by its position, where that was measured.
  func records(excluding excluded: Set<Int>, signalToNoise: [Int: Double] = [:]) -> [CompressionLog.Record] {
    products.map { product in
      CompressionLog.Record(
        parameter: product.parameter, site: graph.nodes[product.node].sites.first,
        action: excluded.contains(product.node) ? "kept f32" : "i8",
        effect: excluded.contains(product.node) ? .none : .narrower,
        signalToNoise: signalToNoise[product.node])
    }
  }

  /// The graph in which values that products read are rounded to bytes and back, and so are the weights.
  ///
  /// What only moves or compares elements is done with bytes, so that they stay bytes from one product to the next; and
  /// what else reads such a value reads the bytes, so that they alone are in memory.
  ///
  /// - Parameters:
  ///   - scales: how each value becomes bytes.
  ///   - excluded: the positions of products that stay as they are.
  func applied(_ scales: [ValueID: AffineScale], excluding excluded: Set<Int> = []) throws -> Graph {
    let chosen = products.filter { !excluded.contains($0.node) }
    var writer = StaticWriter(
      plan: self, products: Dictionary(uniqueKeysWithValues: chosen.map { ($0.node, $0) }),
      scales: scales.filter { value, _ in chosen.contains { graph.nodes[$0.node].operands[0] == value } })
    return try writer.write()
  }

  /// The scales of the values that the products read, where one that moves elements of another, or is the maximum of
  /// windows of it, takes over its scale.
  func shared(_ scales: [ValueID: AffineScale]) -> [ValueID: AffineScale] {
    var result: [ValueID: AffineScale] = [:]
    for value in activations {
      var source = value
      while let node = graph.definingNode(of: source), node.operation.movesElements {
        source = node.operands[0]
      }
      result[value] = result[source] ?? scales[value]
    }
    return result
  }
}

extension Node {
  /// Whether each output channel of a product has weights of its own, and the zeros around its operand are real.
  fileprivate func hasPlainWeights(_ weights: Literal) -> Bool {
    guard let convolve = operation as? Convolve else { return weights.shape.count == 2 }
    return convolve.inputDilation.allSatisfy { $0 == 1 }
      && convolve.padding.allSatisfy { $0.low >= 0 && $0.high >= 0 }
  }
}

extension Operation {
  /// Whether each element of the result is some element of the first operand, or the greatest of some: then rounding
  /// before and after is the same.
  var movesElements: Bool {
    switch self {
    case is Reshape, is Transpose, is Slice: true
    case let window as ReduceWindow: window.function == .maximum
    default: false
    }
  }
}

/// Writes the graph with quantized values.
private struct StaticWriter {
  let plan: StaticPlan
  let products: [Int: StaticPlan.Product]
  /// By value of the graph: how it becomes bytes.
  let scales: [ValueID: AffineScale]
  private let uses: [Int]
  private var result: Graph
  private var mapping: [ValueID: ValueID] = [:]
  /// By value of the graph and scale: its bytes in the new graph.
  private var bytes: [Key: ValueID] = [:]

  private struct Key: Hashable {
    var value: ValueID
    var scale: AffineScale
  }

  init(plan: StaticPlan, products: [Int: StaticPlan.Product], scales: [ValueID: AffineScale]) {
    self.plan = plan
    self.products = products
    self.scales = scales
    uses = plan.graph.useCounts()
    result = Graph(name: plan.graph.name, symbols: plan.graph.symbols)
  }

  private var graph: Graph { plan.graph }

  mutating func write() throws -> Graph {
    var outputs: [ValueID: ValueID] = [:]
    let outputValues = Set(graph.outputs.map(\.value))
    func note(_ value: ValueID) { if outputValues.contains(value) { outputs[value] = mapping[value] } }
    for input in graph.inputs {
      mapping[input.value] = result.addInput(input.name, graph.type(of: input.value), role: input.role)
      note(input.value)
      try quantize(input.value, [])
    }
    for (index, node) in graph.nodes.enumerated() {
      let operands = node.operands.compactMap { mapping[$0] }
      let values =
        try products[index].map { [try result.append($0, of: plan, reading: operands[0])] }
        ?? result.append(node.operation, operands, sites: node.sites)
      for (old, new) in zip(node.results, values) {
        mapping[old] = new
        note(old)
        try quantize(old, node.sites)
      }
    }
    result.outputs = graph.outputs.compactMap { output in
      outputs[output.value].map { Graph.Output(name: output.name, value: $0, role: output.role) }
    }
    return result
  }

  /// Lets those who read a value read its bytes, where it has a scale.
  private mutating func quantize(_ value: ValueID, _ sites: [Site]) throws {
    guard let scale = scales[value] else { return }
    let bytes = try bytes(of: value, scale)
    mapping[value] = try result.appendDequantized(bytes, scale, sites: sites)
  }

  /// The bytes of a value: made as early as gives the same bytes.
  private mutating func bytes(of value: ValueID, _ scale: AffineScale) throws -> ValueID {
    if let known = bytes[Key(value: value, scale: scale)] { return known }
    let made = try makeBytes(of: value, scale)
    bytes[Key(value: value, scale: scale)] = made
    return made
  }

  private mutating func makeBytes(of value: ValueID, _ scale: AffineScale) throws -> ValueID {
    let node = graph.definingNode(of: value)
    let sites = node?.sites ?? []
    if let node, node.operation.movesElements, canReach(node.operands[0], scale) {
      let operand = try bytes(of: node.operands[0], scale)
      return try result.append(node.operation, [operand], sites: sites)[0]
    }
    if let node, node.operation is Concatenate, node.operands.allSatisfy({ canReach($0, scale) }) {
      var operands: [ValueID] = []
      for operand in node.operands { operands.append(try bytes(of: operand, scale)) }
      return try result.append(node.operation, operands, sites: sites)[0]
    }
    if scale.zeroPoint == 0, let source = node.flatMap(graph.rectified), let mapped = mapping[source] {
      // What is less than 0 becomes 0 anyway.
      return try result.appendQuantized(mapped, scale, sites: sites)
    }
    guard let mapped = mapping[value] else { preconditionFailure("a value is written before it is read") }
    return try result.appendQuantized(mapped, scale, sites: sites)
  }

  /// Whether a value is better stored with this scale than as it is: nobody else reads it, or it has its bytes.
  private func canReach(_ value: ValueID, _ scale: AffineScale) -> Bool {
    scales[value] == scale || bytes[Key(value: value, scale: scale)] != nil
      || (uses[value.index] == 1 && scales[value] == nil)
  }
}

extension Graph {
  /// Appends a product of a plan with rounded weights and its correction.
  mutating func append(
    _ product: StaticPlan.Product, of plan: StaticPlan, reading operand: ValueID
  ) throws -> ValueID {
    let node = plan.graph.nodes[product.node]
    let weights = try appendRounded(plan.weights(of: product), of: product, sites: node.sites)
    let value = try append(node.operation, [operand, weights], sites: node.sites)[0]
    if product.correction.allSatisfy({ $0 == 0 }) { return value }
    let shape = type(of: value).shape
    let shift = try appendVector(
      Literal(.f32, shape: [product.correction.count], elements: product.correction), shape,
      axis: product.weights.channelAxis ?? shape.count - 1)
    return try append(Binary(.add), [value, shift], sites: node.sites)[0]
  }

  /// Appends the weights of a product as bytes, and back.
  private mutating func appendRounded(
    _ exact: Literal, of product: StaticPlan.Product, sites: [Site]
  ) throws -> ValueID {
    let weights = QuantizedWeights(exact, of: product)
    let bytes = try append(Constant(weights.integers, name: product.parameter), [])[0]
    let value = try append(Convert(to: .f32), [bytes], sites: sites)[0]
    let scales = Literal(.f32, shape: [weights.scales.count], elements: weights.scales)
    let factor = try appendVector(scales, exact.type.shape, axis: product.weights.weightAxis)
    return try append(Binary(.multiply), [value, factor], sites: sites)[0]
  }
}

extension QuantizedWeights {
  /// The weights of a product, as its scheme says.
  fileprivate init(_ weights: Literal, of product: StaticPlan.Product) {
    self.init(
      weights, axis: product.weights.weightAxis, isShared: product.scheme.granularity == .tensor,
      isBounded: product.isBounded)
  }
}

extension Graph {
  /// `x` of `maximum(x, 0)`; nil for any other node.
  fileprivate func rectified(_ node: Node) -> ValueID? {
    guard (node.operation as? Binary)?.function == .maximum else { return nil }
    if uniformValue(of: node.operands[1]) == 0 { return node.operands[0] }
    return uniformValue(of: node.operands[0]) == 0 ? node.operands[1] : nil
  }
}
