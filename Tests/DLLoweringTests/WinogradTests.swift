import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Convolutions by Winograd's method.
struct WinogradTests {
  /// A convolution with kernels of 3x3 and what surrounds it.
  struct Problem: CustomTestStringConvertible, Sendable {
    var images = 1
    var channels: Int
    var outputs: Int
    var height: Int
    var width: Int
    var padding = 1
    /// Whether the number of images is a symbol.
    var isOpen = false

    var testDescription: String {
      "\(images)x\(channels)x\(height)x\(width) to \(outputs), padding \(padding)\(isOpen ? ", open" : "")"
    }

    /// `relu(convolve(x, weights) + bias + residual)` in an element type.
    func graph(_ type: ElementType, _ literals: [Literal]) throws -> Graph {
      let symbol = Symbol("B", lower: 1, upper: 8)
      let count = isOpen ? IntegerExpression(symbol) : IntegerExpression(images)
      var graph = Graph(name: "f", symbols: isOpen ? [symbol] : [])
      func shape(_ extents: [Int]) -> [IntegerExpression] { [count] + extents.map { IntegerExpression($0) } }
      let rows = height + 2 * padding - 2
      let columns = width + 2 * padding - 2
      let x = graph.addInput("x", TensorType(type, shape([channels, height, width])))
      let residual = graph.addInput("residual", TensorType(type, shape([outputs, rows, columns])))
      let weights = try graph.append(Constant(literals[0].typed(type)), [])[0]
      let bias = try graph.append(Constant(literals[1].typed(type)), [])[0]
      let zero = try graph.append(
        Constant(Literal(.f32, shape: [], elements: [Float(0)]).typed(type)), [])[0]
      let convolve = Convolve(
        strides: [1, 1], padding: [(padding, padding), (padding, padding)], dilation: [1, 1],
        inputDilation: [1, 1], groups: 1)
      let sums = try graph.append(convolve, [x, weights])[0]
      let full = graph.type(of: sums).shape
      let biases = try graph.append(Broadcast(shape: full, axes: [1]), [bias])[0]
      let zeros = try graph.append(Broadcast(shape: full, axes: []), [zero])[0]
      let biased = try graph.append(Binary(.add), [sums, biases])[0]
      let total = try graph.append(Binary(.add), [biased, residual])[0]
      graph.outputs = [
        Graph.Output(name: "y", value: try graph.append(Binary(.maximum), [total, zeros])[0])
      ]
      return graph
    }

    func inputs(_ random: inout SplitMix) -> [Literal] {
      let rows = height + 2 * padding - 2
      let columns = width + 2 * padding - 2
      return [
        Literal(.f32, shape: [images, channels, height, width], random: &random),
        Literal(.f32, shape: [images, outputs, rows, columns], random: &random),
      ]
    }

    func constants(_ random: inout SplitMix) -> [Literal] {
      [
        Literal(.f32, shape: [outputs, channels, 3, 3], random: &random),
        Literal(.f32, shape: [outputs], random: &random),
      ]
    }
  }

  static let problems = [
    Problem(channels: 64, outputs: 64, height: 56, width: 56),
    Problem(channels: 128, outputs: 32, height: 28, width: 28),
    Problem(channels: 256, outputs: 256, height: 14, width: 14),
    Problem(channels: 512, outputs: 512, height: 7, width: 7),
    Problem(channels: 35, outputs: 50, height: 13, width: 9),
    Problem(channels: 16, outputs: 48, height: 5, width: 30, padding: 0),
    Problem(channels: 32, outputs: 17, height: 3, width: 3, padding: 2),
    Problem(images: 3, channels: 32, outputs: 32, height: 15, width: 15),
    Problem(images: 3, channels: 32, outputs: 32, height: 15, width: 15, isOpen: true),
  ]

  /// What `docs/performance.md` states: no element is wrong by more than 5e-6 of the largest one.
  private static let bound = 5e-6

  @Test(arguments: problems)
  func errorsStayWithinTheBound(problem: Problem) throws {
    var random = SplitMix(seed: 7)
    let constants = problem.constants(&random)
    let inputs = problem.inputs(&random)
    let expected = try Evaluator().evaluate(
      problem.graph(.f64, constants), inputs: inputs.map { $0.typed(.f64) })[0]
    let module = Module(name: "Test", graphs: [try problem.graph(.f32, constants)])
    let results = try [1, 2].map { try NativeModule(module, threads: $0).run("f", inputs)[0] }
    #expect(results[0] == results[1])
    let wanted = expected.typed(.f32)
    if let difference = results[0].difference(from: wanted, tolerance: Self.bound) {
      Issue.record("\(difference)")
    }
  }

  @Test func narrowVectorsComputeTheSame() throws {
    let target = try #require(TargetDescription.named("x86-64-v3"))
    guard target.runsHere else { return }
    let problem = Problem(channels: 40, outputs: 24, height: 18, width: 11)
    var random = SplitMix(seed: 8)
    let constants = problem.constants(&random)
    let inputs = problem.inputs(&random)
    let graph = try problem.graph(.f32, constants)
    let result = try NativeModule(Module(name: "Test", graphs: [graph]), target: target).run("f", inputs)[0]
    let expected = try Evaluator().evaluate(graph, inputs: inputs)[0]
    #expect(result.difference(from: expected, tolerance: Self.bound) == nil)
  }

  @Test func anOptionTurnsItOff() throws {
    var random = SplitMix(seed: 9)
    let problem = Self.problems[0]
    var module = Module(name: "Test", graphs: [try problem.graph(.f32, problem.constants(&random))])
    try PassManager(context: PassContext(target: .host), verifies: true).run(on: &module)
    var options = LoweringOptions()
    let transformed = try Program(lowering: module, for: .host, options: options)
    options.usesWinograd = false
    let direct = try Program(lowering: module, for: .host, options: options)
    #expect(transformed.kernels.contains { $0.name.hasSuffix("transform") })
    #expect(!direct.kernels.contains { $0.name.hasSuffix("transform") })
    #expect((transformed.kernels + direct.kernels).flatMap(\.problems) == [])
  }
}

extension Literal {
  /// The elements in f32 or f64.
  fileprivate func typed(_ type: ElementType) -> Literal {
    if elementType == type { return self }
    return type == .f64
      ? Literal(.f64, shape: shape, elements: doubles)
      : Literal(.f32, shape: shape, elements: doubles.map { Float($0) })
  }
}
