import DLCodeGen
import DLEvaluation
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Channels and heads are removed with all that depends on them.
struct ChannelRemovalTests {
  private func random(_ shape: [Int], seed: Int) -> Literal {
    var generator = SplitMix(seed: seed)
    let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
    return Literal(.f32, shape: shape, elements: values)
  }

  private func prune(
    _ graph: Graph, _ removal: ChannelRemoval, matching pattern: String = "*", keeping kept: String? = nil
  ) throws -> (graph: Graph, records: [CompressionLog.Record]) {
    var module = Module(name: "Test", graphs: [graph])
    let pattern = try #require(PathPattern(pattern))
    module.recipe = Recipe(steps: [.init(pattern: pattern, action: .remove(removal))])
    if let kept {
      module.recipe.steps.append(.init(pattern: try #require(PathPattern(kept)), action: .keep))
    }
    let records = try module.prune()
    try module.verify()
    return (module.graphs[0], records)
  }

  /// The shapes of the parameters, by name.
  private func shapes(_ graph: Graph) -> [String: [Int]] {
    parameters(graph).mapValues(\.shape)
  }

  private func parameters(_ graph: Graph) -> [String: Literal] {
    var result: [String: Literal] = [:]
    for node in graph.nodes {
      if let constant = node.operation as? Constant, let name = constant.parameterName {
        result[name] = constant.literal
      }
    }
    return result
  }

  /// The graph with zeros for all elements of parameters that another graph's don't hold.
  private func masked(_ graph: Graph, by other: Graph) throws -> Graph {
    let kept = parameters(other).mapValues { Set($0.elements(as: UInt32.self)) }
    return try graph.rewritten { node, _, graph in
      guard let constant = node.operation as? Constant, let name = constant.parameterName else { return nil }
      let elements = constant.literal.elements(as: UInt32.self).map {
        kept[name]?.contains($0) == true ? $0 : 0
      }
      return try graph.append(
        Constant(Literal(.f32, shape: constant.literal.shape, elements: elements), name: name), [])
    }
  }

  /// What stays has all its output channels, and all that share them.
  @Test(arguments: 0..<20) func channelsOfWhatIsKeptStay(seed: Int) throws {
    let graph = try NetworkGenerator(seed: seed).graph
    let removal = ChannelRemoval(.channels, share: 0.5, isGlobal: false, norm: .l2, multiple: nil)
    let whole = shapes(graph)
    let less = shapes(try prune(graph, removal).graph)
    for name in whole.keys.sorted() where whole[name]?.count ?? 0 > 1 {
      let kept = shapes(try prune(graph, removal, keeping: name).graph)
      for axis in [0, 1] where kept[name]?[axis] != whole[name]?[axis] {
        // The other axis has the channels of the layer before.
        #expect(kept[name]?[1 - axis] == whole[name]?[1 - axis], "\(name)")
      }
      #expect(kept[name].map { $0.reduce(1, *) } ?? 0 >= less[name].map { $0.reduce(1, *) } ?? 0)
    }
    #expect(try prune(graph, removal, keeping: "*").records.isEmpty)
  }

  @Test(arguments: 0..<60) func removingEqualsMultiplyingByZero(seed: Int) throws {
    let graph = try NetworkGenerator(seed: seed).graph
    let removal = ChannelRemoval(
      .channels, share: 0.5, isGlobal: seed % 3 == 0, norm: seed % 2 == 0 ? .l1 : .l2,
      multiple: seed % 4 == 0 ? 3 : nil)
    let (pruned, records) = try prune(graph, removal)
    #expect(!records.isEmpty)
    let count = { parameters($0).values.reduce(0) { $0 + $1.count } }
    #expect(count(pruned) < count(graph))
    let input = random([2, 3, 6, 6], seed: seed)
    let wanted = try Evaluator().evaluate(masked(graph, by: pruned), inputs: [input])[0]
    let found = try Evaluator().evaluate(pruned, inputs: [input])[0]
    #expect(found.difference(from: wanted) == nil)
    if seed % 6 == 0 {
      let native = try NativeModule(Module(name: "Test", graphs: [pruned])).run("f", [input])[0]
      #expect(native.difference(from: wanted, tolerance: 1e-4) == nil)
    }
  }

  /// `x` times two matrices, the first with weak and strong columns.
  private func perceptron(hidden: Int, isOutput: Bool = false) throws -> Graph {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [2, 4]))
    let values = (0..<hidden * 4).map { index -> Float in
      (index / 4 % 2 == 0 ? 1 : 3) + Float(index) / 1000
    }
    let product = Contract(batch: [], contracting: [(1, 1)], result: .f32)
    let first = try graph.append(
      Constant(Literal(.f32, shape: [hidden, 4], elements: values), name: "first"), [])[0]
    let h = try graph.append(product, [x, first])[0]
    let second = try graph.append(Constant(random([3, hidden], seed: 1), name: "second"), [])[0]
    let y = try graph.append(product, [graph.append(Unary(.tanh), [h])[0], second])[0]
    graph.outputs = [Graph.Output(name: "y", value: isOutput ? h : y)]
    return graph
  }

  @Test func theWeakestGo() throws {
    let (pruned, records) = try prune(try perceptron(hidden: 8), ChannelRemoval(.channels, share: 0.5))
    #expect(shapes(pruned) == ["first": [4, 4], "second": [3, 4]])
    let kept = try #require(parameters(pruned)["first"]).elements(as: Float.self)
    #expect(kept.allSatisfy { $0 >= 3 })
    #expect(
      records.map { "\($0.parameter): \($0.action)" } == [
        "first: f32[8, 4] → f32[4, 4]", "second: f32[3, 8] → f32[3, 4]",
        "in all: 56 → 28 parameters (-50%), 240 → 120 operations (-50%)",
      ])
  }

  @Test func whatRemainsFillsVectors() throws {
    func kept(_ hidden: Int, _ share: Double, multiple: Int? = nil) throws -> Int? {
      let removal = ChannelRemoval(.channels, share: share, multiple: multiple)
      return shapes(try prune(try perceptron(hidden: hidden), removal).graph)["first"]?[0]
    }
    #expect(try kept(256, 0.5) == 128)
    #expect(try kept(256, 0.3) == 192)
    #expect(try kept(64, 0.3) == 48)
    #expect(try kept(12, 0.3) == 9)
    #expect(try kept(12, 0.3, multiple: 4) == 12)
    #expect(try kept(12, 0.99) == 1)
  }

  @Test func outputsKeepTheirExtents() throws {
    let error = #expect(throws: PruningError.self) {
      try prune(
        try perceptron(hidden: 8, isOutput: true), ChannelRemoval(.channels, share: 0.5), matching: "first")
    }
    #expect(
      error?.description.hasPrefix("nothing that \"first\" matches has channels that can be removed") == true)
  }

  /// Attention with its three projections in one matrix, cut into parts, heads, and the width of a head.
  private func attention(heads: Int, width: Int) throws -> Graph {
    let (time, size) = (5, heads * width)
    var graph = Graph(name: "f")
    func append(_ operation: any Operation, _ operands: ValueID...) throws -> ValueID {
      try graph.append(operation, operands)[0]
    }
    let x = graph.addInput("x", TensorType(.f32, [Dimension(time), Dimension(size)]))
    let product = Contract(batch: [], contracting: [(1, 1)], result: .f32)
    let qkv = try append(Constant(random([3 * size, size], seed: 2), name: "qkv"))
    let projected = try append(product, x, qkv)
    let cut = try append(
      Reshape(shape: [time, 3, heads, width].map { Dimension($0) }), projected)
    var parts: [ValueID] = []
    for part in 0..<3 {
      let slice = try append(
        Slice(
          starts: [0, Dimension(part), 0, 0], extents: [time, 1, heads, width].map { Dimension($0) },
          steps: [1, 1, 1, 1]), cut)
      let one = try append(Reshape(shape: [time, heads, width].map { Dimension($0) }), slice)
      parts.append(try append(Transpose(permutation: [1, 0, 2]), one))
    }
    let scores = try append(
      Contract(batch: [(0, 0)], contracting: [(2, 2)], result: .f32), parts[0], parts[1])
    let y = try append(
      Contract(batch: [(0, 0)], contracting: [(2, 1)], result: .f32), append(Unary(.tanh), scores), parts[2])
    let joined = try append(
      Reshape(shape: [Dimension(time), Dimension(size)]), append(Transpose(permutation: [1, 0, 2]), y))
    let out = try append(Constant(random([size, size], seed: 3), name: "out"))
    graph.outputs = [Graph.Output(name: "y", value: try append(product, joined, out))]
    return graph
  }

  @Test func headsGoAsAWhole() throws {
    let graph = try attention(heads: 4, width: 3)
    let (pruned, _) = try prune(graph, ChannelRemoval(.heads, share: 0.5))
    #expect(shapes(pruned) == ["qkv": [18, 12], "out": [12, 6]])
    let input = random([5, 12], seed: 4)
    let wanted = try Evaluator().evaluate(masked(graph, by: pruned), inputs: [input])[0]
    let found = try Evaluator().evaluate(pruned, inputs: [input])[0]
    #expect(found.difference(from: wanted) == nil)
    // The same rows of queries, keys and values.
    let rows = try #require(parameters(graph)["qkv"]).elements(as: Float.self)
    let kept = Set(try #require(parameters(pruned)["qkv"]).elements(as: Float.self))
    let heads = (0..<12).map { row in kept.contains(rows[row * 3 * 12]) }
    #expect(Array(heads[0..<4]) == Array(heads[4..<8]) && Array(heads[0..<4]) == Array(heads[8...]))
    #expect(throws: PruningError.self) { try prune(graph, ChannelRemoval(.channels, share: 0.5)) }
  }

  @Test func parametersOfSeveralGraphsStayEqual() throws {
    var first = try perceptron(hidden: 8)
    first.name = "first"
    var module = Module(name: "Test", graphs: [first, try perceptron(hidden: 8)])
    let pattern = try #require(PathPattern("first"))
    module.recipe = Recipe(
      steps: [.init(pattern: pattern, action: .remove(ChannelRemoval(.channels, share: 0.25)))])
    _ = try module.prune()
    #expect(parameters(module.graphs[0]) == parameters(module.graphs[1]))
    #expect(shapes(module.graphs[0])["first"] == [6, 4])
  }
}
