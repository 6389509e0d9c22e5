import DLGraph
import DLOperations

/// Which indices of the axes of a module's values can only be removed together.
///
/// Each index of each axis of constant extent belongs to one set: residual connections, concatenations, the channels of
/// depthwise convolutions and the heads of an attention tie indices of many values. As in Fang et al., "DepGraph: towards
/// any structural pruning", 2023, but index by index, so that parts of axes need no groups of their own.
struct ChannelCoupling {
  /// Names a set.
  typealias Channel = Int32

  /// The set of what has to stay.
  static let fixed: Channel = 0

  /// The set of each index, the axes of all values one after the other.
  private var channels: [Channel] = [fixed]
  /// By graph and value, the place of the first index of each axis; nil where the extent is open.
  private var places: [[[Int?]]] = []
  /// The sets with an index along which two computed values are multiplied pair by pair.
  private(set) var heads: Set<Channel> = []

  init(_ module: Module) {
    // What is fixed without the reshapes that cut axes says by which of the parts these can be removed.
    let loose = Self(module) { _, _ in nil }
    self.init(module) { graph, node in
      guard let reshape = node.operation as? Reshape,
        let digits = reshape.digits(of: module.graphs[graph].type(of: node.operands[0]))
      else { return nil }
      return digits.firstIndex { !loose.isFixed($0, node, in: graph, module.graphs[graph]) } ?? 0
    }
  }

  /// - Parameter digit: see `Operation.axisRelations`.
  private init(_ module: Module, digit: (_ graph: Int, _ node: Node) -> Int?) {
    for graph in module.graphs {
      var count = channels.count
      places.append(
        graph.values.map { value in
          value.type.shape.map { extent in
            guard let extent = extent.constantValue else { return nil }
            defer { count += extent }
            return count
          }
        })
      channels += (channels.count..<count).map { Channel($0) }
    }
    var parameters: [String: (graph: Int, value: ValueID)] = [:]
    var paired: [Int] = []
    for (index, graph) in module.graphs.enumerated() {
      for value in graph.values.indices { fix(ValueID(value), in: index, graph) { $0 == 1 } }
      for value in graph.inputs.map(\.value) + graph.outputs.map(\.value) {
        fix(value, in: index, graph) { _ in true }
      }
      for node in graph.nodes {
        relate(node, digit(index, node), in: index, graph)
        paired += pairedPlaces(of: node, in: index, graph)
        guard let name = (node.operation as? Constant)?.parameterName else { continue }
        // A parameter is the same wherever it is read.
        if let other = parameters[name] {
          tie(other, to: (index, node.results[0]), graph)
        } else {
          parameters[name] = (index, node.results[0])
        }
      }
    }
    for place in channels.indices { channels[place] = root(Channel(place)) }
    heads = Set(paired.map { channels[$0] })
  }

  /// The set of each index of an axis; nil where its extent is open.
  func channels(of value: ValueID, axis: Int, in graph: Int, _ extent: Int) -> ArraySlice<Channel>? {
    places[graph][value.index][axis].map { channels[$0..<$0 + extent] }
  }

  // MARK: Relations

  /// Whether nothing can be removed from an axis.
  private func isFixed(_ axis: NodeAxis, _ node: Node, in index: Int, _ graph: Graph) -> Bool {
    guard let start = place(of: axis, node, in: index) else { return true }
    let type =
      switch axis.port {
      case .operand(let operand): graph.type(of: node.operands[operand])
      case .result(let result): graph.type(of: node.results[result])
      }
    let extent = type.shape[axis.axis].constantValue ?? 0
    return channels[start..<start + extent].allSatisfy { $0 == Self.fixed }
  }

  /// Keeps the axes of a value whose extents are of a kind. An axis of extent 1 must not become empty.
  private mutating func fix(
    _ value: ValueID, in index: Int, _ graph: Graph, where isKept: (_ extent: Int) -> Bool
  ) {
    for (axis, extent) in graph.type(of: value).shape.enumerated() {
      guard let extent = extent.constantValue, isKept(extent),
        let start = places[index][value.index][axis]
      else { continue }
      for place in start..<start + extent { join(place, Int(Self.fixed)) }
    }
  }

  private mutating func tie(
    _ first: (graph: Int, value: ValueID), to second: (graph: Int, value: ValueID), _ graph: Graph
  ) {
    for (axis, extent) in graph.type(of: second.value).shape.enumerated() {
      guard let a = places[first.graph][first.value.index][axis],
        let b = places[second.graph][second.value.index][axis], let extent = extent.constantValue
      else { continue }
      for offset in 0..<extent { join(a + offset, b + offset) }
    }
  }

  private mutating func relate(_ node: Node, _ digit: Int?, in index: Int, _ graph: Graph) {
    let relations = node.operation.axisRelations(
      operands: node.operands.map { graph.type(of: $0) }, results: node.results.map { graph.type(of: $0) },
      digit: digit)
    for axis in relations.fixed {
      guard let start = place(of: axis, node, in: index), let extent = relations.extent(of: axis)
      else { continue }
      for place in start..<start + extent { join(place, Int(Self.fixed)) }
    }
    for link in relations.links {
      guard let first = place(of: link.first.axis, node, in: index),
        let second = place(of: link.second.axis, node, in: index)
      else { continue }
      for step in 0..<link.count {
        let tied =
          link.first.indices(of: step).map { first + $0 } + link.second.indices(of: step).map { second + $0 }
        for place in tied { join(tied[0], place) }
      }
    }
  }

  private func place(of axis: NodeAxis, _ node: Node, in graph: Int) -> Int? {
    switch axis.port {
    case .operand(let index): places[graph][node.operands[index].index][axis.axis]
    case .result(let index): places[graph][node.results[index].index][axis.axis]
    }
  }

  /// The places of the indices along which a product pairs two values that are not constant.
  private func pairedPlaces(of node: Node, in index: Int, _ graph: Graph) -> [Int] {
    guard let contract = node.operation as? Contract,
      !node.operands.contains(where: { graph.definingNode(of: $0)?.operation is Constant })
    else { return [] }
    return contract.batch.flatMap { pair -> [Int] in
      guard let start = places[index][node.operands[0].index][pair.left],
        let extent = graph.type(of: node.operands[0]).shape[pair.left].constantValue
      else { return [] }
      return Array(start..<start + extent)
    }
  }

  // MARK: Sets

  private mutating func root(_ place: Channel) -> Channel {
    var place = place
    while channels[Int(place)] != place {
      channels[Int(place)] = channels[Int(channels[Int(place)])]
      place = channels[Int(place)]
    }
    return place
  }

  /// Makes two sets one. The lowest place names a set, so that the fixed one keeps its name.
  private mutating func join(_ a: Int, _ b: Int) {
    let (first, second) = (root(Channel(a)), root(Channel(b)))
    channels[Int(max(first, second))] = min(first, second)
  }
}
