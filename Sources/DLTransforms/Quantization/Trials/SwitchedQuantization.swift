import DLGraph
import DLOperations

/// A graph whose products can be quantized one by one when it is run: made ready once, it answers what each costs.
///
/// It has one more input, `switches`: a `bool` for each quantized value, then one for each product. A value whose switch
/// is on is rounded to bytes and back for all that read it; a product whose switch is on uses its rounded weights.
struct SwitchedQuantization {
  let graph: Graph
  private let values: [ValueID]
  private let plan: StaticPlan

  init(_ plan: StaticPlan, _ scales: [ValueID: AffineScale]) throws {
    self.plan = plan
    values = plan.activations
    var writer = SwitchWriter(plan, scales)
    graph = try writer.write()
  }

  /// The last input: the products at these positions are quantized, the others are not.
  func switches(quantizing positions: Set<Int>) -> Literal {
    let read = Set(positions.map { plan.graph.nodes[$0].operands[0] })
    let on = values.map { read.contains($0) } + plan.products.map { positions.contains($0.node) }
    return Literal(.bool, shape: [on.count], elements: on.map { UInt8($0 ? 1 : 0) })
  }
}

private struct SwitchWriter {
  private let plan: StaticPlan
  private let scales: [ValueID: AffineScale]
  private let places: [ValueID: Int]
  private let products: [Int: (product: StaticPlan.Product, place: Int)]
  private var result: Graph
  private var mapping: [ValueID: ValueID] = [:]
  private var switches: ValueID?

  init(_ plan: StaticPlan, _ scales: [ValueID: AffineScale]) {
    self.plan = plan
    self.scales = scales
    let values = plan.activations
    places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    products = Dictionary(
      uniqueKeysWithValues: plan.products.enumerated().map { ($1.node, ($1, values.count + $0)) })
    result = Graph(name: plan.graph.name, symbols: plan.graph.symbols)
  }

  mutating func write() throws -> Graph {
    let graph = plan.graph
    for input in graph.inputs {
      mapping[input.value] = result.addInput(input.name, graph.type(of: input.value), role: input.role)
    }
    let count = places.count + products.count
    switches = result.addInput("switches", TensorType(.bool, [Dimension(count)]))
    for input in graph.inputs { try round(input.value) }
    for (index, node) in graph.nodes.enumerated() {
      let operands = node.operands.compactMap { mapping[$0] }
      var values = try result.append(node.operation, operands, sites: node.sites)
      if let (product, place) = products[index] {
        let rounded = try result.append(product, of: plan, reading: operands[0])
        values[0] = try choose(place, rounded, values[0])
      }
      for (old, new) in zip(node.results, values) {
        mapping[old] = new
        try round(old)
      }
    }
    result.outputs = graph.outputs.compactMap { output in
      mapping[output.value].map { Graph.Output(name: output.name, value: $0, role: output.role) }
    }
    return result
  }

  /// Lets all who read a value read the rounded one, where its switch is on.
  private mutating func round(_ value: ValueID) throws {
    guard let place = places[value], let scale = scales[value], let exact = mapping[value] else { return }
    let bytes = try result.appendQuantized(exact, scale, sites: [])
    mapping[value] = try choose(place, result.appendDequantized(bytes, scale, sites: []), exact)
  }

  private mutating func choose(_ place: Int, _ rounded: ValueID, _ exact: ValueID) throws -> ValueID {
    guard let switches else { preconditionFailure("the switches are the last input") }
    return try result.appendChoice(switches, place, rounded, exact)
  }
}

extension Graph {
  /// Appends the choice between two values by one of the `bool` elements of a vector.
  mutating func appendChoice(
    _ switches: ValueID, _ place: Int, _ on: ValueID, _ off: ValueID
  ) throws -> ValueID {
    let slice = Slice(starts: [Dimension(place)], extents: [1], steps: [1])
    let one = try append(slice, [switches])[0]
    let flag = try append(Reshape(shape: []), [one])[0]
    let condition = try append(Broadcast(shape: type(of: off).shape, axes: []), [flag])[0]
    return try append(Select(), [condition, on, off])[0]
  }
}
