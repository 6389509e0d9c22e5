import DLGraph
import DLOperations

/// Folds a scale for each output channel into the constant weights of the product before it, and gathers the shifts
/// behind it into one: batch normalization vanishes into the convolution.
///
/// `(w ∗ x + b - m) / s * g + h ⇒ (w * g / s) ∗ x + ((b - m) * g / s + h)`. Rounding changes in the last place.
public struct AffineFolding: Pass {
  public let name = "fold-affine"
  public let summary = "folds scales and shifts of channels into the weights before them"

  public init() {}

  /// `product(weights * scale) + shift`, each of the shape `[channels]`.
  private struct Chain {
    var product: Node
    var scale: ValueID?
    var shift: ValueID?
  }

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    let uses = graph.useCounts()
    var chains: [ValueID: Chain] = [:]
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      if ProductWeights(node.operation) != nil, result.definingNode(of: operands[1])?.operation is Constant {
        let values = try result.append(node.operation, operands, sites: node.sites)
        if let product = result.definingNode(of: values[0]) { chains[values[0]] = Chain(product: product) }
        return values
      }
      guard let binary = node.operation as? Binary, let step = AffineStep(binary.function) else { return nil }
      for side in step.sides {
        guard uses[node.operands[side].index] == 1, var chain = chains[operands[side]],
          let weights = ProductWeights(chain.product.operation),
          step.isExact || weights.canScale(chain.product, in: result),
          let vector = try result.channelVector(operands[1 - side], axis: weights.channelAxis)
        else { continue }
        try step.extend(&chain.scale, &chain.shift, by: vector, in: &result)
        let values = try weights.emit(
          chain.product, scale: chain.scale, shift: chain.shift, sites: node.sites, in: &result)
        chains[values[0]] = chain
        changed = true
        return values
      }
      return nil
    }
    // Products that took one step of a chain are dead when they take the next one.
    if changed { _ = try DeadCodeElimination().run(on: &graph, context: context) }
    return changed
  }
}

/// What one binary operation does to `x * scale + shift`.
private struct AffineStep {
  let function: BinaryFunction

  init?(_ function: BinaryFunction) {
    switch function {
    case .add, .subtract, .multiply, .divide: self.function = function
    default: return nil
    }
  }

  /// Whether the step leaves the weights alone.
  var isExact: Bool { function == .add || function == .subtract }

  /// The operands that the chain may come in.
  var sides: [Int] { function == .add || function == .multiply ? [0, 1] : [0] }

  func extend(
    _ scale: inout ValueID?, _ shift: inout ValueID?, by vector: ValueID, in graph: inout Graph
  ) throws {
    func combine(_ function: BinaryFunction, _ a: ValueID?) throws -> ValueID? {
      try a.map { try graph.append(Binary(function), [$0, vector])[0] }
    }
    switch function {
    case .add: shift = try combine(.add, shift) ?? vector
    case .subtract:
      shift = try combine(.subtract, shift) ?? graph.append(Unary(.negate), [vector])[0]
    case .multiply:
      scale = try combine(.multiply, scale) ?? vector
      shift = try combine(.multiply, shift)
    default:
      let one = try graph.ones(like: vector)
      scale = try combine(.divide, scale ?? one)
      shift = try combine(.divide, shift)
    }
  }
}

extension ProductWeights {
  /// Whether the weights can take a scale: not integers, which don't divide, nor weights that are less precise than the
  /// result.
  fileprivate func canScale(_ product: Node, in graph: Graph) -> Bool {
    let type = graph.type(of: product.operands[1]).elementType
    return type.isFloatingPoint && type == graph.type(of: product.results[0]).elementType
  }

  fileprivate func emit(
    _ product: Node, scale: ValueID?, shift: ValueID?, sites: [Site], in graph: inout Graph
  ) throws -> [ValueID] {
    var operands = product.operands
    if let scale {
      let type = graph.type(of: operands[1])
      let factor = try graph.append(Broadcast(shape: type.shape, axes: [weightAxis]), [scale])[0]
      operands[1] = try graph.append(Binary(.multiply), [operands[1], factor])[0]
    }
    var value = try graph.append(product.operation, operands, sites: product.sites)[0]
    if let shift {
      let shape = graph.type(of: value).shape
      let axis = channelAxis ?? shape.count - 1
      let term = try graph.append(Broadcast(shape: shape, axes: [axis]), [shift])[0]
      value = try graph.append(Binary(.add), [value, term], sites: sites)[0]
    }
    return [value]
  }
}

extension Graph {
  /// A constant that varies along one axis of a value alone, as a vector; nil where the value is anything else.
  ///
  /// - Parameter axis: the axis; the last one where nil.
  fileprivate mutating func channelVector(_ value: ValueID, axis: Int?) throws -> ValueID? {
    let type = type(of: value)
    guard let node = definingNode(of: value), let broadcast = node.operation as? Broadcast,
      let source = definingNode(of: node.operands[0]), source.operation is Constant, type.rank > 0
    else { return nil }
    let axis = axis ?? type.rank - 1
    let channels = type.shape[axis]
    let operand = self.type(of: node.operands[0])
    let varying = operand.shape.indices.filter { operand.shape[$0] != 1 }.map { broadcast.axes[$0] }
    if varying == [axis] { return try append(Reshape(shape: [channels]), [node.operands[0]])[0] }
    guard varying.isEmpty else { return nil }
    let scalar = try append(Reshape(shape: []), [node.operands[0]])[0]
    return try append(Broadcast(shape: [channels], axes: []), [scalar])[0]
  }

  fileprivate mutating func ones(like value: ValueID) throws -> ValueID {
    let type = type(of: value)
    let one = try append(Constant(Literal(one: type.elementType), name: nil), [])[0]
    return try append(Broadcast(shape: type.shape, axes: []), [one])[0]
  }
}
