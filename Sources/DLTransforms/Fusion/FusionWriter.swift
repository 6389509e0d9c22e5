import DLGraph
import DLOperations

/// Writes the graph in which every group of a plan is one node.
struct FusionWriter {
  let plan: FusionPlan
  let groupOf: [Int: Int]
  let isMaterialized: [Bool]
  private var result: Graph
  private var mapping: [ValueID: ValueID] = [:]
  private var needed: Set<ValueID> = []
  private var written: Set<Int> = []

  private var graph: Graph { plan.graph }

  init(plan: FusionPlan, groupOf: [Int: Int], isMaterialized: [Bool]) {
    self.plan = plan
    self.groupOf = groupOf
    self.isMaterialized = isMaterialized
    result = Graph(name: plan.graph.name, symbols: plan.graph.symbols)
  }

  mutating func write() throws -> Graph {
    for input in graph.inputs {
      mapping[input.value] = result.addInput(input.name, graph.type(of: input.value), role: input.role)
    }
    needed = Set(graph.outputs.map(\.value))
    for id in plan.groups.indices { needed.formUnion(cone(of: id).inputs) }
    for id in plan.groups.indices { try write(group: id) }
    result.outputs = graph.outputs.compactMap { output in
      mapping[output.value].map { Graph.Output(name: output.name, value: $0, role: output.role) }
    }
    return result
  }

  /// The nodes of a group with those inlined into it, in order, and the values that it reads from memory.
  private func cone(of id: Int) -> (nodes: [Int], inputs: [ValueID]) {
    var nodes = Set(plan.groups[id].nodes)
    var open = plan.groups[id].nodes.flatMap { graph.nodes[$0].operands }
    var inputs: [ValueID] = []
    var seen: Set<ValueID> = []
    while let value = open.popLast() {
      guard seen.insert(value).inserted else { continue }
      guard case .result(let node, _) = graph[value].definition else {
        inputs.append(value)
        continue
      }
      if isMaterialized[node.index] {
        if groupOf[node.index] != id { inputs.append(value) }
      } else if nodes.insert(node.index).inserted {
        open += graph[node].operands
      }
    }
    return (nodes.sorted(), inputs.sorted())
  }

  /// Writes a group after the groups it reads from.
  private mutating func write(group id: Int) throws {
    guard !plan.groups[id].nodes.isEmpty, written.insert(id).inserted else { return }
    let (nodes, inputs) = cone(of: id)
    for value in inputs {
      if case .result(let node, _) = graph[value].definition, let producer = groupOf[node.index] {
        try write(group: producer)
      }
    }
    if nodes.count == 1 {
      let node = graph.nodes[nodes[0]]
      let results = try result.append(
        node.operation, node.operands.compactMap { mapping[$0] }, sites: node.sites)
      for (old, new) in zip(node.results, results) { mapping[old] = new }
      return
    }
    var body = Graph(name: "group", symbols: [])
    var local: [ValueID: ValueID] = [:]
    for (index, value) in inputs.enumerated() {
      local[value] = body.addInput("in\(index)", graph.type(of: value))
    }
    var outputs: [ValueID] = []
    var sites: [Site] = []
    for index in nodes {
      let node = graph.nodes[index]
      let results = try body.append(node.operation, node.operands.compactMap { local[$0] })
      for (old, new) in zip(node.results, results) {
        local[old] = new
        if isMaterialized[index], needed.contains(old) { outputs.append(old) }
      }
      for site in node.sites where !sites.contains(site) { sites.append(site) }
    }
    body.outputs = outputs.enumerated().compactMap { index, value in
      local[value].map { Graph.Output(name: "out\(index)", value: $0) }
    }
    let results = try result.append(Group(body: body), inputs.compactMap { mapping[$0] }, sites: sites)
    for (old, new) in zip(outputs, results) { mapping[old] = new }
  }
}
