import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Products with weights that are stored in few bits and widened where they are read.
struct CompressedWeightsTests {
  private static let columns: Dimension = 70

  /// `x · f32(q)`.
  private static func bytes(_ random: inout SplitMix) throws -> Graph {
    var graph = Graph(name: "bytes")
    let x = graph.addInput("x", TensorType(.f32, [3, 64]))
    let weights = try graph.append(Constant(Literal(.i8, shape: [64, 70], random: &random), name: nil), [])[0]
    let wide = try graph.append(Convert(to: .f32), [weights])[0]
    try finish(&graph, x, wide)
    return graph
  }

  /// `x · (q - 8) s` with two integers in a byte, half a group apart, and a scale for each group.
  private static func halves(_ random: inout SplitMix) throws -> Graph {
    var graph = Graph(name: "halves")
    let x = graph.addInput("x", TensorType(.f32, [3, 64]))
    let shape: [Dimension] = [2, 2, 16, columns]
    func constant(_ literal: Literal, axes: [Int]) throws -> ValueID {
      let value = try graph.append(Constant(literal, name: nil), [])[0]
      return try graph.append(Broadcast(shape: shape, axes: axes), [value])[0]
    }
    let pairs = try constant(Literal(.u8, shape: [2, 16, 70], random: &random), axes: [0, 2, 3])
    let shifts = try constant(Literal(.u8, shape: [2], elements: [0, 4] as [UInt8]), axes: [1])
    let mask = try constant(Literal(.u8, shape: [], elements: [15 as UInt8]), axes: [])
    let eight = try constant(Literal(.f32, shape: [], elements: [8 as Float]), axes: [])
    let scales = try constant(Literal(.f32, shape: [2, 70], random: &random), axes: [0, 3])
    var value = try graph.append(Binary(.shiftRight), [pairs, shifts])[0]
    value = try graph.append(Binary(.and), [value, mask])[0]
    value = try graph.append(Convert(to: .f32), [value])[0]
    value = try graph.append(Binary(.subtract), [value, eight])[0]
    value = try graph.append(Binary(.multiply), [value, scales])[0]
    try finish(&graph, x, graph.append(Reshape(shape: [64, columns]), [value])[0])
    return graph
  }

  private static func finish(_ graph: inout Graph, _ x: ValueID, _ weights: ValueID) throws {
    let product = Contract(batch: [], contracting: [(1, 0)], result: .f32)
    let result = try graph.append(product, [x, weights])[0]
    graph.outputs = [Graph.Output(name: "y", value: result)]
  }

  @Test(arguments: [[Fusion() as any Pass, DeadCodeElimination()], Pipeline.standard])
  func productsAgree(passes: [any Pass]) throws {
    var random = SplitMix(seed: 5)
    let graphs = [try Self.bytes(&random), try Self.halves(&random)]
    let native = try NativeModule(Module(name: "Compressed", graphs: graphs), passes: passes)
    for graph in graphs {
      let x = Literal(.f32, shape: [3, 64], random: &random)
      let expected = try Evaluator().evaluate(graph, inputs: [x])[0]
      if let difference = try native.run(graph.name, [x])[0].difference(from: expected) {
        Issue.record("\(graph.name): \(difference)")
      }
    }
  }

  /// A convolution with kernels of 3x3 pixels, in bytes with a scale for each output channel.
  private static func convolution(groups: Int, _ random: inout SplitMix) throws -> Graph {
    var graph = Graph(name: "convolution\(groups)")
    let x = graph.addInput("x", TensorType(.f32, [2, 9, 7, 32]))
    let image = try graph.append(Transpose(permutation: [0, 3, 1, 2]), [x])[0]
    let bytes = Literal(.i8, shape: [48 - 48 % groups, 32 / groups, 3, 3], random: &random)
    let scales = Literal(.f32, shape: [bytes.shape[0]], random: &random)
    let weights = try graph.append(Constant(bytes, name: nil), [])[0]
    let wide = try graph.append(Convert(to: .f32), [weights])[0]
    let channels = try graph.append(Constant(scales, name: nil), [])[0]
    let spread = try graph.append(Broadcast(shape: graph.type(of: wide).shape, axes: [0]), [channels])[0]
    let scaled = try graph.append(Binary(.multiply), [wide, spread])[0]
    let convolve = Convolve(
      strides: [1, 1], padding: [(1, 1), (1, 1)], dilation: [1, 1], inputDilation: [1, 1],
      groups: groups)
    let channelsFirst = try graph.append(convolve, [image, scaled])[0]
    let result = try graph.append(Transpose(permutation: [0, 2, 3, 1]), [channelsFirst])[0]
    graph.outputs = [Graph.Output(name: "y", value: result)]
    return graph
  }

  @Test(arguments: [1, 2, 32])
  func convolutionsAgree(groups: Int) throws {
    var random = SplitMix(seed: 6)
    let graph = try Self.convolution(groups: groups, &random)
    let x = Literal(.f32, shape: [2, 9, 7, 32], random: &random)
    let expected = try Evaluator().evaluate(graph, inputs: [x])[0]
    let native = try NativeModule(Module(name: "Compressed", graphs: [graph]))
    let difference = try native.run(graph.name, [x])[0].difference(from: expected)
    #expect(difference == nil)
  }

  /// The bytes of neighbouring output channels lie side by side, in panels: every load of them is one of a vector.
  @Test func convolutionsReadPackedBytes() throws {
    var random = SplitMix(seed: 6)
    let target = try #require(TargetDescription.named("skylake-avx512"))
    var module = Module(name: "Compressed", graphs: [try Self.convolution(groups: 1, &random)])
    try PassManager(passes: Pipeline.standard, context: PassContext(target: target)).run(on: &module)
    let loops = try Program(lowering: module, for: target).description.split(separator: "\n")
    let bytes = loops.filter { $0.contains("load in") && $0.hasSuffix(": i8") }
    #expect(!bytes.isEmpty)
    let contiguous = bytes.filter { $0.contains(#/ \+ i[0-9]+\]/#) }
    #expect(contiguous.count == bytes.count)
  }

  /// Everything is one kernel, which reads the integers.
  @Test func nothingIsWidenedInMemory() throws {
    var random = SplitMix(seed: 5)
    for var graph in [try Self.bytes(&random), try Self.halves(&random)] {
      for pass in [Fusion() as any Pass, DeadCodeElimination()] {
        _ = try pass.run(on: &graph, context: PassContext(target: .host))
      }
      #expect(graph.nodes.count { !($0.operation is Constant) } == 1)
    }
  }
}
