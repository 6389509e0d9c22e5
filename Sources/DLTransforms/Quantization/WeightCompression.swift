import DLGraph
import DLOperations

/// Stores weights in fewer bits, where the recipe asks for it, and widens them where they are read.
///
/// Weights are taken apart from what they are multiplied with: `x · (q * s) ⇒ (x · q) * s` where a whole output channel
/// shares the scale. With dynamic quantization the rows of the other operand become bytes too, with scales found at
/// run time; rows of tables are only stored as bytes.
public struct WeightCompression: Pass {
  public let name = "compress-weights"
  public let summary = "stores weights in fewer bits, where the recipe says so"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    _ = try DeadCodeElimination().run(on: &graph, context: context)
    var records: [CompressionLog.Record] = []
    var hasChanged = false
    graph = try graph.rewritten { node, operands, result in
      if let values = try result.appendStoredProduct(node, operands, context.recipe) {
        hasChanged = true
        return values
      }
      guard let index = node.operation.weightOperand,
        let constant = result.definingNode(of: operands[index])?.operation as? Constant,
        constant.literal.elementType == .f32, let name = constant.parameterName,
        let storage = context.recipe.storage(of: name)
      else { return nil }
      let site = CompressedUse(
        node: node, operands: operands, weights: constant.literal, parameter: name,
        prefersBounded: context.target.prefersBoundedBytes)
      guard let (values, action) = try site.append(storage, to: &result) else {
        let isKnown = context.log?.records.contains { $0.parameter == name } ?? true
        if storage.isQuantization, !isKnown {
          records.append(CompressionLog.Record(parameter: name, site: node.sites.first, action: "stays f32"))
        }
        return nil
      }
      records.append(
        CompressionLog.Record(parameter: name, site: node.sites.first, action: action, effect: .narrower))
      return values
    }
    context.log?.add(records)
    return hasChanged || !records.isEmpty
  }
}

extension Operation {
  /// The operand that may be weights.
  var weightOperand: Int? {
    switch self {
    case let contract as Contract: contract.isMatrixProduct ? 1 : nil
    case is Convolve: 1
    case let gather as Gather: gather.axis == 0 ? 0 : nil
    default: nil
    }
  }
}

extension Graph {
  /// What reads weights that have been stored in groups before: rows of a table, and products for which the recipe wants
  /// bytes on the other side too. Nil for other nodes.
  fileprivate mutating func appendStoredProduct(
    _ node: Node, _ operands: [ValueID], _ recipe: Recipe
  ) throws -> [ValueID]? {
    if let gather = node.operation as? Gather {
      return try appendStoredRows(gather, operands, sites: node.sites).map { [$0] }
    }
    guard let contract = node.operation as? Contract, contract.isMatrixProduct,
      type(of: operands[0]).rank == 2,
      let (name, groups) = storedWeights(behind: operands[1]),
      let scheme = recipe.quantization(of: name), scheme.mode == .dynamic,
      let terms = type(of: operands[0]).shape[1].constantValue
    else { return nil }
    let left = try appendQuantizedRows(operands[0], count: terms / groups, sites: node.sites)
    return try append(contract, [left, operands[1]], sites: node.sites)
  }
}

extension Recipe.Action {
  fileprivate var isQuantization: Bool { if case .quantize = self { true } else { false } }
}

extension Contract {
  /// Whether it is `[M, K] × [K, N]`.
  fileprivate var isMatrixProduct: Bool {
    batch.isEmpty && contracting.count == 1 && contracting[0] == (1, 0)
  }
}

/// A node that reads weights.
struct CompressedUse {
  let node: Node
  var operands: [ValueID]
  let weights: Literal
  let parameter: String
  /// Whether the target is faster with weights whose products with bytes have sums of 16 bits.
  let prefersBounded: Bool

  /// Appends what takes the place of the node, and says what it is; nil where the node stays as it is.
  func append(
    _ storage: Recipe.Action, to graph: inout Graph
  ) throws -> (values: [ValueID], action: String)? {
    switch (storage, node.operation) {
    case (.precision(let type), _) where type != .f32:
      return ([try appendNarrow(type, to: &graph)], "\(type)")
    case (.quantize(let scheme), is Contract) where scheme.storesGroups && weights.shape.count == 2:
      return try appendGrouped(scheme, to: &graph)
    case (.quantize(let scheme), is Contract)
    where scheme.mode == .dynamic && graph.type(of: operands[0]).rank == 2:
      return ([try appendDynamic(scheme, to: &graph)], "i8 dynamic")
    case (.quantize(let scheme), is Contract) where scheme.mode == .weightsOnly && weights.shape.count == 2:
      return ([try appendColumns(scheme, to: &graph)], "i8")
    case (.quantize(let scheme), is Convolve) where scheme.mode == .weightsOnly && scheme.bits == 8:
      return ([try appendKernel(scheme, to: &graph)], "i8")
    case (.quantize(let scheme), is Gather)
    where scheme.mode != .static && scheme.bits == 8 && weights.shape.count == 2:
      return ([try appendRows(scheme, to: &graph)], "i8")
    default: return nil
    }
  }

  private func step(
    _ operation: any Operation, _ operands: [ValueID], _ graph: inout Graph
  ) throws -> ValueID {
    try graph.append(operation, operands, sites: node.sites)[0]
  }

  private func constant(_ literal: Literal, _ graph: inout Graph) throws -> ValueID {
    try graph.append(Constant(literal, name: parameter), [])[0]
  }

  // MARK: Floats

  private func appendNarrow(_ type: ElementType, to graph: inout Graph) throws -> ValueID {
    let narrow = Convert(to: type).evaluate([weights], in: .withoutBodies)[0]
    let stored = try constant(narrow, &graph)
    if node.operation is Gather {
      let rows = try step(node.operation, [stored] + operands.dropFirst(), &graph)
      return try step(Convert(to: .f32), [rows], &graph)
    }
    return try step(node.operation, [operands[0], step(Convert(to: .f32), [stored], &graph)], &graph)
  }

  // MARK: Integers

  private func quantized(_ scheme: QuantizationScheme, axis: Int) -> QuantizedWeights {
    QuantizedWeights(
      weights, axis: axis, isShared: scheme.granularity == .tensor,
      isBounded: prefersBounded && scheme.mode == .dynamic && node.operation is Contract)
  }

  private func vector(_ scales: [Float]) -> Literal { Literal(.f32, shape: [scales.count], elements: scales) }

  /// `(x · q) * s`.
  private func appendColumns(_ scheme: QuantizationScheme, to graph: inout Graph) throws -> ValueID {
    let quantized = quantized(scheme, axis: 1)
    let wide = try step(Convert(to: .f32), [constant(quantized.integers, &graph)], &graph)
    let product = try step(node.operation, [operands[0], wide], &graph)
    let factor = try graph.appendVector(
      vector(quantized.scales), graph.type(of: product).shape, axis: graph.type(of: product).rank - 1)
    return try step(Binary(.multiply), [product, factor], &graph)
  }

  /// The convolution with `q * s`.
  private func appendKernel(_ scheme: QuantizationScheme, to graph: inout Graph) throws -> ValueID {
    let quantized = quantized(scheme, axis: 0)
    let wide = try step(Convert(to: .f32), [constant(quantized.integers, &graph)], &graph)
    let factor = try graph.appendVector(vector(quantized.scales), weights.type.shape, axis: 0)
    let kernel = try step(Binary(.multiply), [wide, factor], &graph)
    return try step(node.operation, [operands[0], kernel], &graph)
  }

  /// The rows of `q`, each times its scale.
  private func appendRows(_ scheme: QuantizationScheme, to graph: inout Graph) throws -> ValueID {
    let quantized = quantized(scheme, axis: 0)
    let rows = try step(node.operation, [constant(quantized.integers, &graph)] + operands.dropFirst(), &graph)
    let type = graph.type(of: rows)
    let table = try graph.append(Constant(vector(quantized.scales)), [])[0]
    let scales = try step(node.operation, [table] + operands.dropFirst(), &graph)
    let factor = try step(Broadcast(shape: type.shape, axes: Array(0..<type.rank - 1)), [scales], &graph)
    return try step(Binary(.multiply), [step(Convert(to: .f32), [rows], &graph), factor], &graph)
  }

  /// The product with weights of which so many that follow each other in a column share a scale.
  private func appendGrouped(
    _ scheme: QuantizationScheme, to graph: inout Graph
  ) throws -> (values: [ValueID], action: String)? {
    let terms = weights.shape[0]
    var count = terms
    if case .group(let size) = scheme.granularity, size < terms { count = size }
    guard count > 0, terms % count == 0, scheme.bits == 8 || count % 2 == 0 else { return nil }
    let stored = StoredWeights(weights, channelAxis: 1, bits: scheme.bits, count: count, order: .byTerm)
    let isDynamic = scheme.mode == .dynamic && graph.type(of: operands[0]).rank == 2
    let left =
      isDynamic ? try graph.appendQuantizedRows(operands[0], count: count, sites: node.sites) : operands[0]
    let right = try graph.append(stored, name: parameter, channelAxis: 1, sites: node.sites)
    let group = count == terms ? "" : " group \(count)"
    return (
      [try step(node.operation, [left, right], &graph)],
      "i\(scheme.bits)\(group)\(isDynamic ? " dynamic" : "")"
    )
  }

  // MARK: Dynamic scales

  /// `(f32(u8(x / r + z) · q) - z Σ q) * r * s`, where the 255 steps `r` of a row of `x` reach from its least to its greatest
  /// element, zero included, and `z` is where zero lies among them.
  private func appendDynamic(_ scheme: QuantizationScheme, to graph: inout Graph) throws -> ValueID {
    let quantized = quantized(scheme, axis: 1)
    let shape = graph.type(of: operands[0]).shape
    let rows = [shape[0]]
    let least = try step(
      Binary(.minimum),
      [step(Reduce(.minimum, axes: [1]), [operands[0]], &graph), graph.appendScalar(0, rows)], &graph)
    let greatest = try step(
      Binary(.maximum),
      [step(Reduce(.maximum, axes: [1]), [operands[0]], &graph), graph.appendScalar(0, rows)], &graph)
    var range = try step(Binary(.subtract), [greatest, least], &graph)
    range = try step(
      Binary(.maximum), [range, graph.appendScalar(.leastNormalMagnitude * 255, rows)], &graph)
    let size = try step(Binary(.multiply), [range, graph.appendScalar(1 / 255, rows)], &graph)
    let zero = try step(
      Unary(.round), [step(Unary(.negate), [step(Binary(.divide), [least, size], &graph)], &graph)], &graph)
    func spread(_ value: ValueID, _ shape: [Dimension], axis: Int) throws -> ValueID {
      try step(Broadcast(shape: shape, axes: [axis]), [value], &graph)
    }
    var value = try step(Binary(.divide), [operands[0], spread(size, shape, axis: 0)], &graph)
    value = try step(Unary(.round), [value], &graph)
    value = try step(Binary(.add), [value, spread(zero, shape, axis: 0)], &graph)
    let bytes = try step(Convert(to: .u8), [value], &graph)
    let product = Contract(batch: [], contracting: [(1, 0)], result: .i32)
    let sums = try step(product, [bytes, constant(quantized.integers, &graph)], &graph)
    let result = graph.type(of: sums).shape
    let weightSums = quantized.integers.sums(axis: 1).map { Float($0) }
    let excess = try step(
      Binary(.multiply),
      [spread(zero, result, axis: 0), graph.appendVector(vector(weightSums), result, axis: 1)], &graph)
    let numbers = try step(
      Binary(.subtract), [step(Convert(to: .f32), [sums], &graph), excess], &graph)
    let scaled = try step(
      Binary(.multiply), [numbers, graph.appendVector(vector(quantized.scales), result, axis: 1)], &graph)
    return try step(Binary(.multiply), [scaled, spread(size, result, axis: 0)], &graph)
  }
}
