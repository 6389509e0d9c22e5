import DLGraph

/// The values of a graph while its nodes are being emitted in order.
struct LoweringFrame {
  let graph: Graph
  var places: [ValueID: Place] = [:]
  var literals: [ValueID: Literal] = [:]
  /// Where a value shall lie because it is an output.
  var targets: [ValueID: Place] = [:]
  /// Which values shall lie inside others.
  private let regions: RegionPlan
  /// Where values lie that others lie in, from the first of these on.
  var hostPlaces: [ValueID: Place] = [:]
  /// The buffers that hold nothing but values of this graph.
  var owned: Set<Int>
  /// The position of the node that is being emitted.
  var position = 0
  /// For each value the position of the last node that reads it; that of the end for an output.
  private var lastUses: [ValueID: Int] = [:]

  init(graph: Graph, arguments: [Place], owned: Set<Int>) {
    self.graph = graph
    regions = RegionPlan(graph)
    self.owned = owned
    for (input, place) in zip(graph.inputs, arguments) { places[input.value] = place }
    for (position, node) in graph.nodes.enumerated() {
      for operand in node.operands { lastUses[operand] = position }
    }
    for output in graph.outputs { lastUses[output.value] = graph.nodes.count }
  }

  /// What a value shall lie in; nil for a tensor of its own.
  func host(of value: ValueID) -> RegionPlan.Host? { regions.hosts[value] }

  /// Whether the present node may write over an operand: it reads the value once, no one reads it later, and neither it nor
  /// anyone later reads another value in the same memory.
  func mayOverwrite(_ value: ValueID) -> Bool {
    guard let buffer = places[value]?.view.buffer, owned.contains(buffer), lastUses[value] == position,
      graph.nodes[position].operands.filter({ $0 == value }).count == 1
    else { return false }
    return places.allSatisfy { other, place in
      place.view.buffer != buffer || other == value || (lastUses[other] ?? -1) < position
    }
  }
}
