import DLEvaluation
import DLGraph
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Convolutions of awkward shapes compute what the evaluator computes, on any number of threads.
struct ConvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var batch = 1
    /// Nil leaves the batch open, up to 4.
    var isOpen = false
    var channels: Int
    var outputs: Int
    var groups: Int
    var size: [Int]
    var kernel: [Int]
    var stride = 1
    var dilation = 1
    var padding = 1
    var activation = "tanh"

    var testDescription: String {
      "\(batch)x\(channels)x\(size) to \(outputs), \(groups) groups, \(kernel), /\(stride), dilated \(dilation)"
    }

    var type: TensorType {
      TensorType(.f32, ([batch, channels] + size).map { Dimension($0) })
    }

    /// A convolution, a bias and an activation.
    func graph(_ name: String, _ random: inout SplitMix) throws -> Graph {
      let symbol = Symbol("B", lower: 1, upper: 4)
      var graph = Graph(name: name, symbols: isOpen ? [symbol] : [])
      var input = type
      if isOpen { input.shape[0] = Dimension(symbol) }
      let x = graph.addInput("x", input)
      let weights = try graph.append(
        Constant(Literal(.f32, shape: [outputs, channels / groups] + kernel, random: &random)), [])[0]
      let convolve = Convolve(
        strides: kernel.map { _ in stride }, padding: kernel.map { _ in (padding, padding) },
        dilation: kernel.map { _ in dilation }, inputDilation: kernel.map { _ in 1 }, groups: groups)
      let y = try graph.append(convolve, [x, weights])[0]
      let bias = try graph.append(Constant(Literal(.f32, shape: [outputs], random: &random)), [])[0]
      let spread = try graph.append(Broadcast(shape: graph.type(of: y).shape, axes: [1]), [bias])[0]
      let sum = try graph.append(Binary(.add), [y, spread])[0]
      let function = UnaryFunction(rawValue: activation) ?? .tanh
      graph.outputs = [Graph.Output(name: "y", value: try graph.append(Unary(function), [sum])[0])]
      return graph
    }
  }

  static let cases: [Case] = [
    // Each channel by itself.
    Case(channels: 1, outputs: 1, groups: 1, size: [9, 7], kernel: [3, 3]),
    Case(channels: 3, outputs: 3, groups: 3, size: [8, 8], kernel: [3, 3], stride: 2),
    Case(channels: 17, outputs: 17, groups: 17, size: [11, 13], kernel: [5, 5], padding: 2),
    Case(
      batch: 3, channels: 33, outputs: 33, groups: 33, size: [12, 10], kernel: [3, 3], activation: "abs"),
    Case(channels: 64, outputs: 64, groups: 64, size: [28, 28], kernel: [3, 3], activation: "sigmoid"),
    Case(
      batch: 2, channels: 48, outputs: 48, groups: 48, size: [15, 15], kernel: [5, 5], stride: 3, padding: 2),
    Case(channels: 32, outputs: 32, groups: 32, size: [16, 16], kernel: [3, 3], dilation: 2, padding: 2),
    Case(
      batch: 4, isOpen: true, channels: 24, outputs: 24, groups: 24, size: [14, 14], kernel: [3, 3], stride: 2
    ),
    Case(channels: 16, outputs: 16, groups: 16, size: [40], kernel: [7], padding: 3),
    Case(channels: 16, outputs: 16, groups: 16, size: [4, 6, 8], kernel: [3, 3, 3]),
    // Several results for each channel.
    Case(channels: 16, outputs: 32, groups: 16, size: [10, 10], kernel: [3, 3]),
    Case(channels: 5, outputs: 15, groups: 5, size: [6, 6], kernel: [3, 3]),
    // Groups narrower than a vector, as wide, and wider.
    Case(channels: 64, outputs: 64, groups: 16, size: [9, 14], kernel: [3, 3], activation: "abs"),
    Case(channels: 128, outputs: 128, groups: 16, size: [7, 7], kernel: [3, 3], stride: 2),
    Case(batch: 2, channels: 64, outputs: 64, groups: 4, size: [8, 8], kernel: [3, 3]),
    Case(channels: 96, outputs: 96, groups: 2, size: [6, 6], kernel: [3, 3]),
    Case(channels: 48, outputs: 48, groups: 2, size: [6, 6], kernel: [1, 1], padding: 0),
    Case(channels: 12, outputs: 20, groups: 4, size: [6, 6], kernel: [3, 3]),
    // The first layer, and few channels.
    Case(batch: 2, channels: 3, outputs: 17, groups: 1, size: [23, 19], kernel: [3, 3], stride: 2),
    Case(channels: 3, outputs: 64, groups: 1, size: [20, 20], kernel: [7, 7], stride: 2, padding: 3),
    Case(channels: 24, outputs: 24, groups: 1, size: [14, 14], kernel: [1, 1], padding: 0),
  ]

  @Test func awkwardShapesAgreeOnAnyNumberOfThreads() throws {
    var random = SplitMix(seed: 7)
    let graphs = try Self.cases.enumerated().map { try $0.element.graph("f\($0.offset)", &random) }
    let module = Module(name: "Convolutions", graphs: graphs)
    let natives = try [1, 2, 3].map { try NativeModule(module, threads: $0) }
    for (index, sample) in Self.cases.enumerated() {
      let x = Literal(.f32, shape: [sample.batch, sample.channels] + sample.size, random: &random)
      let expected = try Evaluator().evaluate(graphs[index], inputs: [x])
      let results = try natives.map { try $0.run("f\(index)", [x]) }
      if let difference = results[0][0].difference(from: expected[0], leastScale: 0.1) {
        Issue.record("\(sample.testDescription): \(difference)")
      }
      #expect(results[1] == results[0], "\(sample.testDescription), 2 threads")
      #expect(results[2] == results[0], "\(sample.testDescription), 3 threads")
    }
  }
}
