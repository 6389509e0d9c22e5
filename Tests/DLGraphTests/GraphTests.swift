import DLGraph
import Testing

@Suite struct GraphTests {
  private func chain(_ count: Int) throws -> Graph {
    var graph = Graph(name: "chain")
    var value = graph.addInput("x", TensorType(.f32, [4]))
    for index in 0..<count {
      value = try graph.append(Probe(attributes: ["index": .integer(index)]), [value])[0]
    }
    graph.outputs = [Graph.Output(name: "y", value: value)]
    return graph
  }

  @Test func rewritingNothingGivesAnEqualGraph() throws {
    let graph = try chain(5)
    #expect(try graph.rewritten { _, _, _ in nil } == graph)
  }

  @Test func rewritingReplacesResults() throws {
    let graph = try chain(4).rewritten { node, operands, _ in
      node.operation.attributes["index"] == .integer(1) ? operands : nil
    }
    #expect(graph.nodes.map { $0.operation.attributes["index"] } == [0, 2, 3].map { .integer($0) })
    #expect(graph.useCounts() == [1, 1, 1, 1])
    try graph.verify()
  }

  @Test func inliningBindsInputs() throws {
    let body = try chain(2)
    var graph = Graph(name: "outer")
    let x = graph.addInput("a", TensorType(.f32, [4]))
    let once = try graph.inline(body, [x])
    let twice = try graph.inline(body, once)
    graph.outputs = [Graph.Output(name: "y", value: twice[0])]
    #expect(graph.nodes.count == 4)
    #expect(graph.nodes[2].operands == once)
    try graph.verify()
  }

  @Test func valuesKnowTheirDefinition() throws {
    let graph = try chain(1)
    #expect(graph.definingNode(of: ValueID(0)) == nil)
    #expect(graph.definingNode(of: ValueID(1))?.results == [ValueID(1)])
  }

  @Test func numbersInAttributesAreComparedByTheirBits() {
    #expect(Attribute.floating(.nan) == .floating(.nan))
    #expect(Attribute.floating(0) != .floating(-0.0))
    #expect(Attribute.integers([1]) != .dimensions([1]))
  }
}
