import DLGraph
import DLOperations

/// Which nodes of a graph form which groups.
struct FusionPlan {
  let graph: Graph
  private let roles: [FusionRole]
  /// Nodes that are computed on their own although they are cheap, because someone needs them in memory.
  private let isMaterialized: [Bool]
  /// Transpositions that say in which order a convolution or a stream stores its result, with the node that computes it.
  private let storedAnchors: [Int: Int]
  /// The nodes that are one group because a stream goes through them, each with the product in which it ends.
  private let streams: [Int: Int]
  /// The group of each node that is not inlined.
  private var groupOf: [Int: Int] = [:]
  private(set) var groups: [FusionGroup] = []

  init(_ graph: Graph) {
    self.graph = graph
    var roles = graph.nodes.map { FusionRole($0, in: graph) }
    for node in graph.groupedFactors() { roles[node.index] = .cheap }
    self.roles = roles
    var isMaterialized = roles.map { $0 != .cheap }
    func materialize(_ value: ValueID) {
      if case .result(let node, _) = graph[value].definition { isMaterialized[node.index] = true }
    }
    let uses = graph.useCounts()
    streams = graph.streams(roles, uses)
    var storedAnchors: [Int: Int] = [:]
    for output in graph.outputs { materialize(output.value) }
    for (index, node) in graph.nodes.enumerated() {
      if roles[index] == .alone { node.operands.forEach(materialize) }
      // A product reads its operands along the last axis: a transposed one is first brought in order, unless the product
      // can do so itself.
      if let contract = node.operation as? Contract {
        let types = node.operands.map { graph.type(of: $0) }
        let staysLeft = contract.readsLeftTransposed(types) && graph.isTransposedMatrix(node.operands[0])
        var inOrder = staysLeft ? [] : [node.operands[0]]
        if !contract.readsTransposed(types) { inOrder.append(node.operands[1]) }
        for operand in inOrder {
          if let moved = graph.transposeMovingLastAxis(behind: operand) { isMaterialized[moved.index] = true }
        }
      }
      // What is padded is moved by blocks first, rather than gathered element by element.
      if node.operation is Pad, let moved = graph.transposeMovingLastAxis(behind: node.operands[0]) {
        isMaterialized[moved.index] = true
      }
      // A product reads its operands many times.
      if node.operation is Contract || node.operation is Convolve {
        for operand in node.operands {
          if let wide = graph.dequantization(behind: operand) { isMaterialized[wide.index] = true }
        }
      }
      if let anchor = graph.anchor(storedBy: node, uses, streams: Set(streams.values)) {
        isMaterialized[index] = true
        storedAnchors[index] = anchor
      }
    }
    self.isMaterialized = isMaterialized
    self.storedAnchors = storedAnchors
  }

  /// Forms the groups: each node in turn joins the groups of the values it reads, where that is allowed.
  mutating func form() {
    var streamGroups: [Int: Int] = [:]
    for (index, node) in graph.nodes.enumerated() where isMaterialized[index] {
      if let stream = streams[index] {
        let id = streamGroups[stream] ?? groups.count
        if id == groups.count { groups.append(FusionGroup(nodes: [], space: .alone)) }
        streamGroups[stream] = id
        groups[id].nodes.append(index)
        groups[id].edges += edges(into: node)
        groupOf[index] = id
        if index == stream { groups[id].space = space(of: index) }
        continue
      }
      let id = groups.count
      groups.append(FusionGroup(nodes: [index], space: space(of: index)))
      groupOf[index] = id
      let edges = edges(into: node)
      groups[id].edges = edges
      if let anchor = storedAnchors[index], let producer = groupOf[anchor],
        groups[producer].nodes.allSatisfy({ $0 == anchor || streams[$0] == anchor })
      {
        join(producer, to: id, as: .reduction(graph.type(of: node.results[0]).shape))
        continue
      }
      if let producer = padded(by: node, edges) {
        join(producer, to: id, as: groups[producer].space)
        continue
      }
      for producer in producers(of: edges) { merge(producer, into: id) }
    }
  }

  /// The groups that are read, those first whose values take the most memory an element: what joins is never stored.
  private func producers(of edges: [FusionEdge]) -> [Int] {
    var widths: [Int: Int] = [:]
    for edge in edges {
      guard let group = groupOf[edge.producer] else { continue }
      widths[group] = max(widths[group] ?? 0, graph.type(of: edge.value).elementType.byteCount)
    }
    return widths.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.map(\.key)
  }

  /// The group whose result a node pads with zeros, where the group can store it inside the padded tensor.
  private func padded(by node: Node, _ edges: [FusionEdge]) -> Int? {
    guard node.operation is Pad, let padding = graph.zeroPadding(node.results[0]), edges.count == 1,
      edges[0].value == padding.operand, let producer = groupOf[edges[0].producer],
      case .reduction = groups[producer].space,
      !groups[producer].nodes.contains(where: { streams[$0] != nil })
    else { return nil }
    return producer
  }

  private func space(of index: Int) -> GroupSpace {
    let node = graph.nodes[index]
    switch roles[index] {
    // A kernel of its own can write the block alone, into the tensor where it lies.
    case .elementwise where node.operation is DynamicUpdateSlice: return .alone
    case .cheap, .elementwise: return .elements(graph.type(of: node.results[0]).shape)
    case .rowReduction(let rows, let columns): return .rows(rows, columns: columns)
    case .reduction: return .reduction(graph.type(of: node.results[0]).shape)
    case .alone: return .alone
    }
  }

  // MARK: Edges

  /// The values in memory that a node reads, each with the views it is read through.
  private func edges(into node: Node) -> [FusionEdge] {
    var found: [FusionEdge] = []
    func walk(_ value: ValueID, _ path: FusionEdge.Path) {
      guard case .result(let id, _) = graph[value].definition else { return }
      if isMaterialized[id.index] {
        let edge = FusionEdge(producer: id.index, value: value, path: path)
        if !found.contains(edge) { found.append(edge) }
        return
      }
      let producer = graph[id]
      let next = path.extended(by: producer, in: graph)
      for operand in producer.operands { walk(operand, next) }
    }
    let isLocal =
      node.operation is Unary || node.operation is Binary || node.operation is Compare
      || node.operation is Select || node.operation is Convert || node.operation is Reduce
      || node.operation is Reshape
    for operand in node.operands { walk(operand, isLocal ? .aligned : .other) }
    return found
  }

  // MARK: Merging

  private mutating func merge(_ producer: Int, into consumer: Int) {
    guard producer != consumer, let space = mergedSpace(producer, consumer), !closesCycle(producer, consumer)
    else { return }
    join(producer, to: consumer, as: space)
  }

  private mutating func join(_ producer: Int, to consumer: Int, as space: GroupSpace) {
    groups[consumer].space = space
    groups[consumer].nodes += groups[producer].nodes
    groups[consumer].edges += groups[producer].edges
    for node in groups[producer].nodes { groupOf[node] = consumer }
    groups[producer] = FusionGroup(nodes: [], space: .alone)
  }

  /// The space of the two groups as one; nil where they don't fit.
  private func mergedSpace(_ producer: Int, _ consumer: Int) -> GroupSpace? {
    let edges = groups[consumer].edges.filter { groupOf[$0.producer] == producer }
    let areAligned = edges.allSatisfy { $0.path == .aligned }
    switch (groups[producer].space, groups[consumer].space) {
    case (.elements(let a), .elements(let b)):
      guard areAligned, a.product == b.product else { return nil }
      return a == b || !isUsedElsewhere(producer, by: consumer) ? .elements(b) : nil
    case (.reduction(let a), .elements(let b)):
      guard areAligned, a.product == b.product else { return nil }
      return .reduction(a)
    case (.elements(let shape), .rows(let rows, let columns)),
      (.rows(let rows, let columns), .elements(let shape)):
      let space = RowSpace(rows: rows, columns: columns)
      guard space.holdsElements(shape) || space.holdsRows(shape) else { return nil }
      return edges.allSatisfy { fits($0, space) } ? .rows(rows, columns: columns) : nil
    case (.rows(let rows, let columns), .rows(let otherRows, let otherColumns)):
      let space = RowSpace(rows: rows, columns: columns)
      guard space == RowSpace(rows: otherRows, columns: otherColumns) else { return nil }
      return edges.allSatisfy { fits($0, space) } ? .rows(rows, columns: columns) : nil
    default: return nil
    }
  }

  /// Whether a value of the row space is read where it stands, or one value a row all along its row.
  private func fits(_ edge: FusionEdge, _ space: RowSpace) -> Bool {
    let shape = graph.type(of: edge.value).shape
    if space.holdsElements(shape) { return edge.path == .aligned }
    guard space.holdsRows(shape) else { return false }
    switch edge.path {
    case .aligned: return true
    case .broadcast(let from, let to): return space.isSpread(from, to)
    case .other: return false
    }
  }

  private func isUsedElsewhere(_ producer: Int, by consumer: Int) -> Bool {
    let values = Set(groups[producer].nodes.flatMap { graph.nodes[$0].results })
    if graph.outputs.contains(where: { values.contains($0.value) }) { return true }
    // Nodes further on have not been looked at; whatever reads the values outside both groups counts.
    return readers(of: values).contains { groupOf[$0] != producer && groupOf[$0] != consumer }
  }

  /// The nodes in memory, and the outputs, that read some values, directly or through inlined nodes.
  private func readers(of values: Set<ValueID>) -> Set<Int> {
    var reached = values
    var result: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() where node.operands.contains(where: reached.contains) {
      if isMaterialized[index] { result.insert(index) } else { reached.formUnion(node.results) }
    }
    return result
  }

  /// Whether the consumer also depends on the producer through a third group.
  private func closesCycle(_ producer: Int, _ consumer: Int) -> Bool {
    var seen: Set<Int> = [consumer]
    var open = Set(groups[consumer].edges.compactMap { groupOf[$0.producer] }).subtracting([
      producer, consumer,
    ])
    while let group = open.popFirst() {
      guard seen.insert(group).inserted else { continue }
      for edge in groups[group].edges {
        guard let next = groupOf[edge.producer], next != group else { continue }
        if next == producer { return true }
        if !seen.contains(next) { open.insert(next) }
      }
    }
    return false
  }

  // MARK: Result

  /// The graph in which every group is one node.
  func apply() throws -> Graph {
    var writer = FusionWriter(plan: self, groupOf: groupOf, isMaterialized: isMaterialized)
    return try writer.write()
  }
}

/// Some nodes of a graph that become one kernel.
struct FusionGroup {
  /// The positions of the nodes that are not inlined.
  var nodes: [Int]
  var space: GroupSpace
  /// What the nodes read, from within the group too.
  var edges: [FusionEdge] = []
}

/// A value that a node reads, directly or through views.
struct FusionEdge: Equatable {
  /// What the views do to the positions of the elements.
  enum Path: Equatable {
    /// Nothing: an element is read at its own position in row-major order.
    case aligned
    /// Each element is read at many positions: along axes that are added or that had extent 1.
    case broadcast(from: [Dimension], to: [Dimension])
    case other

    /// The path through one more node, nearer to the source.
    func extended(by node: Node, in graph: Graph) -> Path {
      switch (self, node.operation) {
      case (_, is Reshape), (_, is Unary), (_, is Convert), (_, is Binary), (_, is Compare), (_, is Select):
        return self
      case (.aligned, is Broadcast):
        return .broadcast(
          from: graph.type(of: node.operands[0]).shape, to: graph.type(of: node.results[0]).shape)
      default: return .other
      }
    }
  }

  var producer: Int
  var value: ValueID
  var path: Path
}

/// Rows with their elements: the space that a group of row reductions runs over.
private struct RowSpace: Equatable {
  let rows: [Dimension]
  let columns: [Dimension]

  /// Whether a tensor of this shape has one element for each element of the space.
  func holdsElements(_ shape: [Dimension]) -> Bool { shape.product == (rows + columns).product }

  /// Whether a tensor of this shape has one element for each row: axes of extent 1 don't matter.
  func holdsRows(_ shape: [Dimension]) -> Bool { shape.filter { $0 != 1 } == rows.filter { $0 != 1 } }

  /// Whether broadcasting between these shapes repeats the value of each row along the row.
  func isSpread(_ from: [Dimension], _ to: [Dimension]) -> Bool {
    to == rows + columns && holdsRows(from) && from.prefix(rows.count).elementsEqual(rows)
  }
}

extension Graph {
  /// The convolution, or end of a stream, whose result is used by this transposition alone.
  fileprivate func anchor(storedBy node: Node, _ uses: [Int], streams: Set<Int>) -> Int? {
    guard let transpose = node.operation as? Transpose else { return nil }
    let keepsLast = transpose.permutation.last == transpose.permutation.count - 1
    var value = node.operands[0]
    while uses[value.index] == 1, case .result(let producer, _) = self[value].definition {
      switch self[producer].operation {
      case is Convolve where value == node.operands[0]: return producer.index
      case is Reshape: value = self[producer].operands[0]
      default: return keepsLast && streams.contains(producer.index) ? producer.index : nil
      }
    }
    return nil
  }

  /// The nodes through which streams go, each with the product in which its stream ends.
  ///
  /// What is computed element by element for the left operand of the first product alone goes with it.
  fileprivate func streams(_ roles: [FusionRole], _ uses: [Int]) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for index in nodes.indices {
      guard let stream = rowStream(into: NodeID(index), uses: uses),
        ([stream.scores] + stream.between).allSatisfy({ result[$0.index] == nil })
      else { continue }
      for node in [stream.scores, stream.product] + stream.between { result[node.index] = index }
      for node in prologue(of: self[stream.scores].operands[0], roles, uses) { result[node] = index }
    }
    return result
  }

  /// The element-wise nodes from which a value is computed, for it alone, down to a view that takes elements from
  /// elsewhere. Without such a view they belong to whatever computes their operands.
  private func prologue(of value: ValueID, _ roles: [FusionRole], _ uses: [Int]) -> [Int] {
    var found: [Int] = []
    var value = value
    while uses[value.index] == 1, case .result(let producer, _) = self[value].definition {
      let node = self[producer]
      switch node.operation {
      case is Transpose, is Slice: return found
      case is Reshape: value = node.operands[0]
      case is Unary, is Binary:
        if roles[producer.index] != .cheap { found.append(producer.index) }
        let computed = node.operands.filter { definingNode(of: $0).map { !isConstantView($0) } ?? true }
        guard computed.count == 1 else { return [] }
        value = computed[0]
      default: return []
      }
    }
    return []
  }

  /// Whether a node is a constant or repeats one.
  private func isConstantView(_ node: Node) -> Bool {
    if node.operation is Constant { return true }
    return node.operation is Broadcast && definingNode(of: node.operands[0])?.operation is Constant
  }

  /// Whether a value is a matrix with its axes exchanged.
  fileprivate func isTransposedMatrix(_ value: ValueID) -> Bool {
    (definingNode(of: value)?.operation as? Transpose)?.permutation == [1, 0]
  }

  /// The transposition behind a value, seen through reshapes, that takes the last axis from its place.
  fileprivate func transposeMovingLastAxis(behind value: ValueID) -> NodeID? {
    var value = value
    while case .result(let id, _) = self[value].definition {
      switch self[id].operation {
      case let transpose as Transpose:
        guard let last = transpose.permutation.last else { return nil }
        if last != transpose.permutation.count - 1 { return id }
        value = self[id].operands[0]
      case is Reshape, is Convert, is Broadcast: value = self[id].operands[0]
      default: return nil
      }
    }
    return nil
  }
}
