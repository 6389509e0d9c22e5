import DLGraph
import DLOperations

/// Which values of a graph lie inside others: the pieces of a concatenation, or what is inside a padding.
struct RegionPlan {
  /// A value that another one is part of.
  struct Host {
    var value: ValueID
    var region: Region
  }

  /// By value, what it shall lie in.
  private(set) var hosts: [ValueID: Host] = [:]

  init(_ graph: Graph) {
    let fixed = graph.valuesThatLieApart
    for node in graph.nodes.reversed() {
      guard let join = Join(node, in: graph) else { continue }
      for piece in join.pieces {
        guard let operand = piece.operand, case let value = node.operands[operand], hosts[value] == nil,
          !fixed.contains(value)
        else { continue }
        hosts[value] = Host(value: node.results[0], region: piece.region)
      }
    }
  }
}

extension Graph {
  /// The values that must be dense tensors of their own: what is not computed by a kernel, what has a border to be filled,
  /// and what is read by anything but kernels that compute element by element.
  fileprivate var valuesThatLieApart: Set<ValueID> {
    var fixed = Set(inputs.map(\.value)).union(outputs.map(\.value))
    for node in nodes {
      let isFlexible = isFlexible(node)
      if !isFlexible { fixed.formUnion(node.operands) }
      let body = (node.operation as? Group)?.body
      let isPadded =
        body.map { body in body.outputs.contains { body.zeroPadding($0.value) != nil } }
        ?? (node.operation is Pad)
      if !isFlexible || isPadded { fixed.formUnion(node.results) }
    }
    return fixed
  }

  /// Whether a node is a kernel that reads and writes element by element.
  private func isFlexible(_ node: Node) -> Bool {
    switch node.operation {
    case is Constant, is Reshape: return false
    case let group as Group: return group.body.nodes.allSatisfy { $0.mapped != nil || $0.reducing != nil }
    default: return node.mapped != nil || node.reducing != nil
    }
  }
}
