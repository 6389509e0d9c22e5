import DLCodeGen
import DLEvaluation
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Transposed convolutions as convolutions of their phases.
struct TransposedConvolutionTests {
  @Test func phasesOfOneWindowAreOneConvolution() throws {
    let complaint = try FileCheck.complaint(
      after: [TransposedConvolution(), DeadCodeElimination()],
      of: """
        func @f(%x: f32[1, 8, 5, 5], %w: f32[6, 8, 2, 2]) -> (y: f32[1, 6, 10, 10]) {
          // CHECK: f32[1, 24, 5, 5] = convolve(%x, {{%[0-9]+}}) {strides = [1, 1], padding_low = [0, 0], padding_high = [0, 0]
          // CHECK-NOT: convolve
          // CHECK: f32[1, 5, 2, 5, 2, 1, 6] = transpose
          // CHECK: f32[1, 10, 10, 6] = reshape
          %1: f32[1, 6, 10, 10] = convolve(%x, %w) {strides = [1, 1], padding_low = [1, 1], padding_high = [1, 1], dilation = [1, 1], input_dilation = [2, 2], groups = 1}
          return %1
        }
        """, target: .host)
    if let complaint { Issue.record("\(complaint)") }
  }

  @Test func phasesOfManyChannelsAreConvolutionsOfTheirOwn() throws {
    let complaint = try FileCheck.complaint(
      after: [TransposedConvolution(), DeadCodeElimination()],
      of: """
        func @f[T in 2...9](%x: f32[1, 8, T], %w: f32[64, 8, 4]) -> (y: f32[1, 64, 2 * T]) {
          // CHECK: slice(%w) {starts = [0, 0, 0], extents = [64, 8, 2], steps = [1, 1, 2]}
          // CHECK: f32[1, 64, T] = convolve(%x, {{%[0-9]+}}) {strides = [1], padding_low = [1], padding_high = [0]
          // CHECK: slice(%w) {starts = [0, 0, 1], extents = [64, 8, 2], steps = [1, 1, 2]}
          // CHECK: f32[1, 64, T] = convolve(%x, {{%[0-9]+}}) {strides = [1], padding_low = [0], padding_high = [1]
          // CHECK: f32[2, 1, T, 64] = concatenate
          %1: f32[1, 64, 2 * T] = convolve(%x, %w) {strides = [1], padding_low = [2], padding_high = [2], dilation = [1], input_dilation = [2], groups = 1}
          return %1
        }
        """, target: .host)
    if let complaint { Issue.record("\(complaint)") }
  }

  /// Kernels smaller and larger than the distance, dilated ones, with padding on both sides, below zero too.
  @Test func whatIsComputedStays() throws {
    try Fuzzing.run(atLeast: 300) { seed in
      var random = SplitMix(seed: seed)
      let axes = random.int(1...2)
      let groups = random.int(1...3)
      let draw = { (range: ClosedRange<Int>, random: inout SplitMix) in
        (0..<axes).map { _ in random.int(range) }
      }
      let window = draw(1...5, &random)
      let channels = (input: groups * random.int(1...2), output: groups * random.int(1...9))
      let image = [random.int(1...2), channels.input] + draw(3...6, &random)
      let low = draw(-1...4, &random)
      let high = draw(-1...4, &random)
      let convolve = Convolve(
        strides: low.map { _ in 1 }, padding: zip(low, high).map { ($0, $1) }, dilation: draw(1...3, &random),
        inputDilation: draw(1...4, &random), groups: groups)
      let inputs = [image, [channels.output, channels.input / groups] + window].map {
        Literal(.f32, shape: $0, random: &random)
      }
      var graph = Graph(name: "forward")
      guard (try? convolve.resultTypes(for: inputs.map(\.type))) != nil else { return }
      let operands = zip(["x", "w"], inputs).map { graph.addInput($0, $1.type) }
      graph.outputs = [Graph.Output(name: "y", value: try graph.append(convolve, operands)[0])]
      let expected = try Evaluator().evaluate(graph, inputs: inputs)[0]
      guard expected.count > 0 else { return }
      let changed = try TransposedConvolution().run(on: &graph, context: PassContext(target: .host))
      try graph.verify()
      #expect(changed == convolve.inputDilation.contains { $0 > 1 })
      let left = graph.nodes.compactMap { $0.operation as? Convolve }.filter {
        $0.inputDilation.contains { $0 > 1 }
      }
      #expect(left.isEmpty)
      let difference = try Evaluator().evaluate(graph, inputs: inputs)[0].difference(from: expected)
      #expect(difference == nil, "seed \(seed): \(convolve.attributes) of \(inputs.map(\.type))")
    }
  }
}
