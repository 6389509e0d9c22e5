import DLGraph
import DLOperations

/// Keeps the results of convolutions with their channels innermost in memory, from one convolution to the next.
///
/// With the channels last, a tile is pixels by output channels: vectors run over channels whatever the stride and the
/// width of the image, and depthwise convolutions and windows run over contiguous memory too. The layout travels through
/// element-wise operations, padding, windows and slices; where something else reads the value, it is transposed back.
/// Convolutions with kernels of one pixel become matrix products.
public struct ChannelsLast: Pass {
  public let name = "channels-last"
  public let summary = "keeps the channels of images innermost in memory"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    guard graph.nodes.contains(where: { $0.operation is Convolve }) else { return false }
    var layout = LayoutMap()
    graph = try graph.rewritten { node, operands, result in
      try layout.rewrite(node, operands, in: &result)
    }
    return true
  }
}

/// The values that lie with their channels last.
private struct LayoutMap {
  /// By value `[N, C, S…]` of the new graph: the value `[N, S…, C]` that it is a view of.
  private var channelsLast: [ValueID: ValueID] = [:]

  /// Rewrites a node whose operands lie, or whose result shall lie, with channels last.
  mutating func rewrite(
    _ node: Node, _ operands: [ValueID], in graph: inout Graph
  ) throws -> [ValueID]? {
    switch node.operation {
    case let convolve as Convolve: return try rewrite(convolve, operands, node.sites, in: &graph)
    case is Unary, is Binary, is Compare, is Select, is Convert:
      guard operands.contains(where: { channelsLast[$0] != nil }) else { return nil }
      let permutation = Transpose.channelsLast(rank: graph.type(of: operands[0]).rank).permutation
      var moved: [ValueID] = []
      for operand in operands { moved.append(try move(operand, permutation, node.sites, in: &graph)) }
      return [try restore(graph.append(node.operation, moved, sites: node.sites)[0], node.sites, in: &graph)]
    case let transpose as Transpose where transpose.putsChannelsFirst:
      let view = try graph.append(transpose, operands, sites: node.sites)
      channelsLast[view[0]] = operands[0]
      return view
    case is Reshape, is Broadcast, is Gather:
      guard let source = channelsLast[operands[0]],
        let moved = try graph.append(node.operation, operands, channelsLast: source, sites: node.sites)
      else { return nil }
      return [try restore(moved, node.sites, in: &graph)]
    default:
      guard let operand = operands.first, let source = channelsLast[operand],
        let operation = node.operation.permuted(
          by: Transpose.channelsLast(rank: graph.type(of: source).rank).permutation),
        operands.dropFirst().allSatisfy({ channelsLast[$0] != nil || graph.type(of: $0).rank == 0 })
      else { return nil }
      let moved = operands.map { channelsLast[$0] ?? $0 }
      let value = try graph.append(operation, moved, sites: node.sites)[0]
      return operation is Reduce ? [value] : [try restore(value, node.sites, in: &graph)]
    }
  }

  private mutating func rewrite(
    _ convolve: Convolve, _ operands: [ValueID], _ sites: [Site], in graph: inout Graph
  ) throws -> [ValueID]? {
    let kernel = graph.type(of: operands[1]).shape
    let permutation = Transpose.channelsLast(rank: kernel.count).permutation
    if convolve.isPointwise(kernel) {
      let image = try move(operands[0], permutation, sites, in: &graph)
      let type = graph.type(of: image)
      let pixels = type.shape.dropLast().reduce(1, *)
      let rows = try graph.append(
        Reshape(shape: [pixels, type.shape[type.rank - 1]]), [image], sites: sites)[0]
      let weights = try graph.append(Reshape(shape: [kernel[0], kernel[1]]), [operands[1]], sites: sites)[0]
      let product = Contract(batch: [], contracting: [(1, 1)], result: convolve.result ?? type.elementType)
      let values = try graph.append(product, [rows, weights], sites: sites)[0]
      let shaped = try graph.append(
        Reshape(shape: Array(type.shape.dropLast()) + [kernel[0]]), [values], sites: sites)[0]
      return [try restore(shaped, sites, in: &graph)]
    }
    var operands = operands
    if convolve.groups > 1, channelsLast[operands[0]] == nil {
      operands[0] = try movePadding(operands[0], permutation, sites, in: &graph)
    }
    let value = try graph.append(convolve, operands, sites: sites)[0]
    let stored = try graph.append(Transpose(permutation: permutation), [value], sites: sites)[0]
    return [try restore(stored, sites, in: &graph)]
  }

  /// The value; where it is padding around something else, padded with its channels last, so that vectors of channels
  /// can be read. A convolution that isn't grouped reads single elements.
  private mutating func movePadding(
    _ value: ValueID, _ permutation: [Int], _ sites: [Site], in graph: inout Graph
  ) throws -> ValueID {
    guard let node = graph.definingNode(of: value), let pad = node.operation.permuted(by: permutation) as? Pad
    else { return value }
    let moved = try move(node.operands[0], permutation, sites, in: &graph)
    return try restore(graph.append(pad, [moved, node.operands[1]], sites: sites)[0], sites, in: &graph)
  }

  /// The value with its channels last.
  private func move(
    _ value: ValueID, _ permutation: [Int], _ sites: [Site], in graph: inout Graph
  ) throws -> ValueID {
    if let moved = channelsLast[value] { return moved }
    if let node = graph.definingNode(of: value), let broadcast = node.operation as? Broadcast {
      return try graph.append(broadcast, node.operands[0], permutedBy: permutation)
    }
    return try graph.append(Transpose(permutation: permutation), [value], sites: sites)[0]
  }

  /// A view in the usual order of a value with its channels last.
  private mutating func restore(
    _ value: ValueID, _ sites: [Site], in graph: inout Graph
  ) throws -> ValueID {
    let rank = graph.type(of: value).rank
    let view = try graph.append(Transpose.channelsFirst(rank: rank), [value], sites: sites)[0]
    channelsLast[view] = value
    return view
  }
}

extension Convolve {
  /// Whether each pixel of the result depends on the same pixel of the operand alone, and on all its channels.
  fileprivate func isPointwise(_ kernel: [Dimension]) -> Bool {
    groups == 1 && kernel.dropFirst(2).allSatisfy { $0 == 1 } && strides.allSatisfy { $0 == 1 }
      && inputDilation.allSatisfy { $0 == 1 } && padding.allSatisfy { $0.low == 0 && $0.high == 0 }
  }
}

extension Transpose {
  fileprivate var putsChannelsFirst: Bool {
    permutation.count > 2 && permutation == Transpose.channelsFirst(rank: permutation.count).permutation
  }
}
