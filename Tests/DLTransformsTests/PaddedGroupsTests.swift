import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Grouped convolutions whose groups are filled up to whole vectors.
struct PaddedGroupsTests {
  private func check(_ source: String) throws {
    let target = try #require(TargetDescription.named("x86-64-v4"))
    let complaint = try FileCheck.complaint(
      after: [PaddedGroups(), DeadCodeElimination()], of: source, target: target)
    if let complaint { Issue.record("\(complaint)") }
  }

  @Test func groupsEndWithVectors() throws {
    try check(
      """
      func @f(%x: f32[1, 48, 5, 5], %w: f32[48, 24, 3, 3]) -> (y: f32[1, 48, 3, 3]) {
        // CHECK: f32[2, 32, 24, 3, 3] = pad
        // CHECK: [[W:%[0-9]+]]: f32[64, 24, 3, 3] = reshape
        // CHECK: f32[1, 64, 3, 3] = convolve(%x, [[W]]) {{.*}} groups = 2}
        // CHECK: slice({{%[0-9]+}}) {starts = [0, 0, 0, 0, 0], extents = [1, 3, 3, 2, 24]
        // CHECK: f32[1, 3, 3, 48] = reshape
        %1: f32[1, 48, 3, 3] = convolve(%x, %w) {strides = [1, 1], padding_low = [0, 0], padding_high = [0, 0], dilation = [1, 1], input_dilation = [1, 1], groups = 2}
        return %1
      }
      """)
  }

  @Test func groupsThatFillVectorsStay() throws {
    try check(
      """
      func @f(%x: f32[1, 32, 5], %v: f32[32, 16, 3], %w: f32[32, 8, 3], %d: f32[96, 1, 3]) -> (a: f32[1, 32, 3], b: f32[1, 32, 3], c: f32[1, 96, 3]) {
        // CHECK-NOT: = pad(
        %1: f32[1, 32, 3] = convolve(%x, %v) {strides = [1], padding_low = [0], padding_high = [0], dilation = [1], input_dilation = [1], groups = 2}
        %2: f32[1, 32, 3] = convolve(%x, %w) {strides = [1], padding_low = [0], padding_high = [0], dilation = [1], input_dilation = [1], groups = 4}
        %3: f32[1, 96, 3] = convolve(%x, %d) {strides = [1], padding_low = [0], padding_high = [0], dilation = [1], input_dilation = [1], groups = 32}
        return %1, %2, %3
      }
      """)
  }

  @Test func whatIsComputedStays() throws {
    try Fuzzing.run(atLeast: 100) { seed in
      var random = SplitMix(seed: seed)
      let groups = random.int(2...4)
      let (input, output) = (random.int(2...5), random.int(1...40))
      let axes = random.int(1...2)
      let operands = [
        [random.int(1...2), groups * input] + (0..<axes).map { _ in 4 },
        [groups * output, input] + (0..<axes).map { _ in 3 },
      ]
      let inputs = operands.map { Literal(.f32, shape: $0, random: &random) }
      let ones = [Int](repeating: 1, count: axes)
      let convolve = Convolve(
        strides: ones, padding: ones.map { ($0, 0) }, dilation: ones, inputDilation: ones, groups: groups)
      var graph = Graph(name: "forward")
      let values = zip(["x", "w"], inputs).map { graph.addInput($0, $1.type) }
      graph.outputs = [Graph.Output(name: "y", value: try graph.append(convolve, values)[0])]
      let expected = try Evaluator().evaluate(graph, inputs: inputs)[0]
      _ = try PaddedGroups().run(on: &graph, context: PassContext(target: .host))
      try graph.verify()
      let difference = try Evaluator().evaluate(graph, inputs: inputs)[0].difference(from: expected)
      #expect(difference == nil, "seed \(seed): \(inputs.map(\.type)) in \(groups) groups")
    }
  }
}
