import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Products of bytes and of bf16, compiled for targets with and without dot-product instructions, against the evaluator.
/// Integers must agree to the last bit.
struct DotProductTests {
  /// Targets that this machine runs: all have another way to add products of bytes.
  static let targets = ["host", "skylake-avx512", "x86-64-v3", "x86-64-v2"].filter {
    TargetDescription.named($0)?.runsHere == true
  }

  /// A convolution, or where `kernel` is empty a product of matrices.
  struct Problem {
    var image: [Int]
    var outputs: Int
    var kernel: [Int] = []
    var stride = 1
    var padding = 0
    var groups = 1
    var dilation = 1
  }

  /// Odd sizes on purpose: depths that fill no word, columns that fill no vector, rows that fill no tile.
  static let problems = [
    Problem(image: [1, 64], outputs: 32), Problem(image: [33, 31], outputs: 37),
    Problem(image: [5, 4], outputs: 1), Problem(image: [14, 130], outputs: 100),
    Problem(image: [3, 3], outputs: 5), Problem(image: [2, 1], outputs: 5),
    Problem(image: [1, 3, 17, 15], outputs: 20, kernel: [7, 7], stride: 2, padding: 3),
    Problem(image: [2, 5, 9, 7], outputs: 33, kernel: [3, 3], padding: 1),
    Problem(image: [1, 8, 7, 7], outputs: 64, kernel: [3, 3], stride: 2, padding: 1),
    Problem(image: [1, 16, 10, 9], outputs: 32, kernel: [1, 1]),
    Problem(image: [1, 7, 10, 9], outputs: 6, kernel: [1, 1], stride: 2),
    Problem(image: [1, 64, 6, 6], outputs: 64, kernel: [3, 3], padding: 1, groups: 2),
    Problem(image: [1, 12, 6, 5], outputs: 12, kernel: [3, 3], padding: 1, groups: 12),
    Problem(image: [1, 6, 9, 9], outputs: 5, kernel: [3, 3], padding: 2, dilation: 2),
    Problem(image: [1, 5, 30], outputs: 9, kernel: [4], padding: 1),
  ]

  private static func graph(
    _ problem: Problem, _ index: Int, _ types: (ElementType, ElementType), isBounded: Bool,
    _ random: inout SplitMix
  ) throws -> Graph {
    var graph = Graph(name: "f\(index)")
    let x = graph.addInput("x", TensorType(types.0, problem.image.map { Dimension($0) }))
    let sum: ElementType = types.0 == .bf16 ? .f32 : .i32
    let depth = problem.image[1] / problem.groups
    var weights = Literal(types.1, shape: [problem.outputs, depth] + problem.kernel, random: &random)
    if isBounded {
      weights = Literal(.i8, shape: weights.shape, elements: weights.elements(as: Int8.self).map { $0 >> 1 })
    }
    let kernel = try graph.append(Constant(weights, name: nil), [])[0]
    let ones = problem.kernel.map { _ in 1 }
    let product: any Operation =
      problem.kernel.isEmpty
      ? Contract(batch: [], contracting: [(1, 1)], result: sum)
      : Convolve(
        strides: ones.map { _ in problem.stride },
        padding: ones.map { _ in (problem.padding, problem.padding) },
        dilation: ones.map { _ in problem.dilation }, inputDilation: ones, groups: problem.groups, result: sum
      )
    let sums = try graph.append(product, [x, kernel])[0]
    graph.outputs = [Graph.Output(name: "sums", value: sums)]
    if index % 2 == 0 { try appendRequantization(sums, to: types.0, &random, &graph) }
    return graph
  }

  /// A scale and a shift for each channel, a nonlinearity, and back to the narrow type.
  private static func appendRequantization(
    _ sums: ValueID, to type: ElementType, _ random: inout SplitMix, _ graph: inout Graph
  ) throws {
    let shape = graph.type(of: sums).shape
    var value = try graph.append(Convert(to: .f32), [sums])[0]
    for function in [BinaryFunction.multiply, .add] {
      let vector = Literal(.f32, shape: [shape[1].constantValue ?? 1], random: &random)
      let constant = try graph.append(Constant(vector, name: nil), [])[0]
      let term = try graph.append(Broadcast(shape: shape, axes: [1]), [constant])[0]
      value = try graph.append(Binary(function), [value, term])[0]
    }
    let rounded = try graph.append(Unary(.round), [value])[0]
    let narrow = try graph.append(Convert(to: type), [rounded])[0]
    graph.outputs = [Graph.Output(name: "narrow", value: narrow)]
  }

  @Test(arguments: targets, [ElementType.u8, .i8, .bf16])
  func productsAgree(name: String, left: ElementType) throws {
    try check(name, left, isBounded: false)
  }

  /// Weights of seven bits: sums of two products reach both ends of what 16 bits hold.
  @Test(arguments: targets, [ElementType.u8, .i8])
  func productsOfSmallWeightsAgree(name: String, left: ElementType) throws {
    try check(name, left, isBounded: true)
  }

  private func check(_ name: String, _ left: ElementType, isBounded: Bool) throws {
    let target = try #require(TargetDescription.named(name))
    var random = SplitMix(seed: 17)
    let types = (left, left == .bf16 ? ElementType.bf16 : .i8)
    let graphs = try Self.problems.enumerated().map {
      try Self.graph($1, $0, types, isBounded: isBounded, &random)
    }
    let module = Module(name: "Products", graphs: graphs)
    let natives = try (name == "host" ? [1, 2] : [1]).map {
      try NativeModule(module, target: target, threads: $0)
    }
    for (graph, problem) in zip(graphs, Self.problems) {
      let x = Literal(left, shape: problem.image, random: &random)
      let expected = try Evaluator().evaluate(graph, inputs: [x])
      let results = try natives.map { try $0.run(graph.name, [x]) }
      #expect(results.allSatisfy { $0 == results[0] }, "\(problem)")
      let tolerance = expected[0].elementType == .bf16 ? 0.02 : 1e-4
      if let difference = results[0][0].difference(from: expected[0], tolerance: tolerance) {
        Issue.record("\(problem): \(difference)")
      }
    }
  }

  /// Rows of an open number: whole tiles, then one row after the other.
  @Test func openExtents() throws {
    let source = """
      func @f[B in 1...40](%x: u8[B, 12]) -> (y: i32[B, 3]) {
        %1: i8[12, 3] = constant() {value = i8[12, 3](1, -2, 3, -4, 5, -6, 7, -8, 9, 10, -11, 12, 1, -2, 3, -4, 5, -6, 7, -8, 9, 10, -11, 12, -128, 127, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3)}
        %2: i32[B, 3] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = i32}
        return %2
      }
      """
    let graph = try GraphText(source).graph(Primitives.registry)
    let native = try NativeModule(Module(name: "Open", graphs: [graph]))
    var random = SplitMix(seed: 3)
    for rows in [1, 13, 14, 15, 40] {
      let x = Literal(.u8, shape: [rows, 12], random: &random)
      #expect(try native.run("f", [x]) == Evaluator().evaluate(graph, inputs: [x]), "\(rows) rows")
    }
  }
}
