import DLGraph

/// Removes the nodes that no output depends on.
public struct DeadCodeElimination: Pass {
  public let name: String
  public let summary = "removes what no output depends on"

  public init(name: String = "remove-dead-code") { self.name = name }

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var isLive = [Bool](repeating: false, count: graph.values.count)
    for output in graph.outputs { isLive[output.value.index] = true }
    var kept: Set<Int> = []
    for (index, node) in graph.nodes.enumerated().reversed()
    where node.operation.hasEffect || node.results.contains(where: { isLive[$0.index] }) {
      kept.insert(index)
      for operand in node.operands { isLive[operand.index] = true }
    }
    guard kept.count < graph.nodes.count else { return false }
    graph = try graph.keeping(kept)
    return true
  }
}

extension Graph {
  /// The graph with the nodes of these positions alone.
  ///
  /// - Requires: no node that stays, and no output, uses one that goes.
  func keeping(_ positions: Set<Int>) throws -> Graph {
    var result = Graph(name: name, symbols: symbols)
    var mapping: [ValueID: ValueID] = [:]
    for input in inputs {
      mapping[input.value] = result.addInput(input.name, type(of: input.value), role: input.role)
    }
    for (index, node) in nodes.enumerated() where positions.contains(index) {
      let operands = node.operands.compactMap { mapping[$0] }
      let results = try result.append(node.operation, operands, sites: node.sites)
      for (old, new) in zip(node.results, results) { mapping[old] = new }
    }
    result.outputs = outputs.compactMap { output in
      mapping[output.value].map { Output(name: output.name, value: $0, role: output.role) }
    }
    return result
  }
}
