import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Zeros among weights are left out where that is faster.
struct SparseProductsTests {
  /// Random weights of which a share is left, in blocks of some rows by some columns.
  private func weights(
    _ depth: Int, _ columns: Int, share: Double, block: (rows: Int, columns: Int)
  ) -> Literal {
    var generator = SplitMix(seed: depth + columns)
    let across = (columns + block.columns - 1) / block.columns
    let blocks = (0..<(depth + block.rows - 1) / block.rows * across).map { _ in generator.chance(share) }
    let values = (0..<depth * columns).map { index in
      let value = Float.random(in: -1...1, using: &generator)
      return blocks[index / columns / block.rows * across + index % columns / block.columns] ? value : 0
    }
    return Literal(.f32, shape: [depth, columns], elements: values)
  }

  private func random(_ shape: [Int]) -> Literal {
    var generator = SplitMix(seed: 7)
    let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
    return Literal(.f32, shape: shape, elements: values)
  }

  /// `tanh(x · w + b)`, and the sums themselves.
  private func graph(rows: Dimension, symbols: [Symbol] = [], _ weights: Literal) throws -> Graph {
    var graph = Graph(name: "f", symbols: symbols)
    let x = graph.addInput("x", TensorType(.f32, [rows, Dimension(weights.shape[0])]))
    let w = try graph.append(Constant(weights, name: "w"), [])[0]
    let y = try graph.append(Contract(batch: [], contracting: [(1, 0)], result: .f32), [x, w])[0]
    let b = try graph.append(Constant(random([weights.shape[1]])), [])[0]
    let spread = try graph.append(Broadcast(shape: graph.type(of: y).shape, axes: [1]), [b])[0]
    let z = try graph.append(Unary(.tanh), [graph.append(Binary(.add), [y, spread])[0]])[0]
    graph.outputs = [Graph.Output(name: "y", value: y), Graph.Output(name: "z", value: z)]
    return graph
  }

  /// The width of the panels that the pass makes of weights; nil where it leaves them as they are.
  private func width(rows: Int, _ weights: Literal) throws -> Int? {
    guard let target = TargetDescription.named("x86-64-v4") else { return nil }
    var module = Module(name: "Test", graphs: [try graph(rows: Dimension(rows), weights)])
    try PassManager(passes: [SparseProducts()], context: PassContext(target: target), verifies: true)
      .run(on: &module)
    let node = module.graphs[0].nodes.first { $0.operation is SparseContract }
    return node.flatMap { module.graphs[0].type(of: $0.operands[1]).shape[1].constantValue }
  }

  @Test func blocksOfVectorsAreLeftOut() throws {
    let weights = weights(256, 256, share: 0.1, block: (1, 16))
    for rows in [1, 4, 64] { #expect(try width(rows: rows, weights) == 16) }
    #expect(try width(rows: 64, self.weights(256, 256, share: 0.1, block: (16, 16))) == 16)
  }

  @Test func singleWeightsAreLeftOutOfManyRows() throws {
    #expect(try width(rows: 64, weights(256, 256, share: 0.08, block: (1, 1))) == 1)
    #expect(try width(rows: 16, weights(1024, 1024, share: 0.05, block: (1, 1))) == 1)
  }

  @Test func whatWouldNotBeFasterStays() throws {
    #expect(try width(rows: 64, weights(256, 256, share: 0.9, block: (1, 16))) == nil)
    #expect(try width(rows: 64, weights(256, 256, share: 0.5, block: (1, 1))) == nil)
    #expect(try width(rows: 64, weights(16, 16, share: 0.1, block: (1, 16))) == nil)
    #expect(try width(rows: 64, weights(256, 256, share: 0, block: (1, 16))) == nil)
  }

  @Test(
    arguments: [(1, 300, 200), (3, 129, 77), (5, 64, 512), (16, 333, 130), (70, 200, 45), (130, 96, 256)],
    [1, 16])
  func compiledCodeEqualsTheProduct(size: (Int, Int, Int), width: Int) throws {
    let (rows, depth, columns) = size
    let weights = weights(depth, columns, share: 0.02, block: (1, width))
    let graph = try graph(rows: Dimension(rows), weights)
    let input = random([rows, depth])
    let wanted = try Evaluator().evaluate(graph, inputs: [input])
    for threads in [1, 2] {
      let native = try NativeModule(Module(name: "Test", graphs: [graph]), threads: threads)
      for (found, wanted) in zip(try native.run("f", [input]), wanted) {
        #expect(found.difference(from: wanted) == nil)
      }
    }
  }

  @Test(arguments: [1, 16]) func rowsMayBeOpen(width: Int) throws {
    let symbol = Symbol("B", lower: 1, upper: 100)
    let graph = try graph(
      rows: Dimension(symbol), symbols: [symbol], weights(128, 96, share: 0.03, block: (1, width)))
    let native = try NativeModule(Module(name: "Test", graphs: [graph]))
    for rows in [1, 2, 15, 16, 17, 64, 65, 100] {
      let input = random([rows, 128])
      let wanted = try Evaluator().evaluate(graph, inputs: [input])
      for (found, wanted) in zip(try native.run("f", [input]), wanted) {
        #expect(found.difference(from: wanted) == nil, "\(rows) rows")
      }
    }
  }

  @Test func theGraphShowsThem() throws {
    let source = """
      func @f(%x: f32[64, 128]) -> (y: f32[64, 64]) {
        // CHECK: constant() {value = f32[[[COUNT:[0-9]+]], 16]
        // CHECK: constant() {value = i32[[[COUNT]]]
        // CHECK: constant() {value = i32[5]
        // CHECK: contract_sparse(%x,
        // CHECK-SAME: columns = 64
        %1: f32[128, 64] = constant() {value = f32[128, 64](\((0..<128 * 64).map { $0 / 16 % 9 == 0 ? "1.0" : "0.0" }.joined(separator: ", ")))}
        %2: f32[64, 64] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """
    let target = try #require(TargetDescription.named("x86-64-v4"))
    let complaint = try FileCheck.complaint(after: [SparseProducts()], of: source, target: target)
    if let complaint { Issue.record("\(complaint)") }
  }
}
