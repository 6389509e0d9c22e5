import DLCodeGen
import DLEvaluation
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// What products add to make up for rounded weights, against what is computed here with the evaluator.
struct BiasCorrectionTests {
  private func random(_ shape: [Int], seed: Int) -> Literal {
    var generator = SplitMix(seed: seed)
    let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...2, using: &generator) }
    return Literal(.f32, shape: shape, elements: values)
  }

  /// A product of `x` with constant weights.
  private func graph(_ operation: any Operation, _ x: Literal, _ weights: Literal) throws -> Graph {
    var graph = Graph(name: "f")
    let input = graph.addInput("x", x.type)
    let constant = try graph.append(Constant(weights, name: "w"), [])[0]
    graph.outputs = [
      Graph.Output(name: "y", value: try graph.append(operation, [input, constant])[0])
    ]
    return graph
  }

  private func quantized(_ graph: Graph, _ x: Literal, corrected: Bool) throws -> Literal {
    let scheme = QuantizationScheme(bits: 8, granularity: .channel, mode: .static)
    let recipe = Recipe(steps: [.init(pattern: try #require(PathPattern("w")), action: .quantize(scheme))])
    var calibration = Calibration(tensors: ["x": x], estimator: .minMax)
    calibration.correctsBias = corrected
    var graph = graph
    let context = PassContext(
      target: try #require(.named("znver4")), recipe: recipe, calibration: calibration)
    _ = try StaticQuantization().run(on: &graph, context: context)
    return try Evaluator().evaluate(graph, inputs: [x])[0]
  }

  /// The mean of each channel of `[rows, channels, …]`.
  private func means(_ literal: Literal) -> [Float] {
    let (rows, channels) = (literal.shape[0], literal.shape[1])
    let inner = literal.shape[2...].reduce(1, *)
    let values = literal.elements(as: Float.self)
    var sums = [Float](repeating: 0, count: channels)
    for (index, value) in values.enumerated() { sums[index / inner % channels] += value }
    return sums.map { $0 / Float(rows * inner) }
  }

  /// The correction is the mean of `x ∗ (w - rounded w)`, for which the evaluator multiplies with the difference.
  private func check(_ operation: any Operation, _ x: Literal, _ weights: Literal, axis: Int) throws {
    let rounded = QuantizedWeights(weights, axis: axis, isShared: false)
    let inner = weights.shape[(axis + 1)...].reduce(1, *)
    let integers = rounded.integers.elements(as: Int8.self)
    var errors = weights.elements(as: Float.self)
    for index in errors.indices {
      let scale = rounded.scales[index / inner % weights.shape[axis]]
      errors[index] -= Float(integers[index]) * scale
    }
    let lost = try Evaluator().evaluate(
      graph(operation, x, Literal(.f32, shape: weights.shape, elements: errors)), inputs: [x])[0]
    let whole = try graph(operation, x, weights)
    let plain = means(try quantized(whole, x, corrected: false))
    let corrected = means(try quantized(whole, x, corrected: true))
    for ((plain, corrected), lost) in zip(zip(plain, corrected), means(lost)) {
      #expect(abs(corrected - plain - lost) < 2e-5)
      #expect(abs(lost) > 1e-4)
    }
  }

  @Test func matrixProductsGetTheirMeansBack() throws {
    let x = random([50, 24], seed: 1)
    try check(
      Contract(batch: [], contracting: [(1, 0)], result: .f32), x, random([24, 7], seed: 2), axis: 1)
    try check(
      Contract(batch: [], contracting: [(1, 1)], result: .f32), x, random([7, 24], seed: 3), axis: 0)
  }

  /// Where the image is as wide as the window, each weight meets the mean of its channel only if the channel is even.
  @Test(arguments: [1, 2, 4])
  func convolutionsGetTheirMeansBack(groups: Int) throws {
    let colors = random([6, 4], seed: 4).elements(as: Float.self)
    let even = Literal(
      .f32, shape: [6, 4, 3, 3], elements: colors.flatMap { [Float](repeating: $0, count: 9) })
    let convolve = Convolve(
      strides: [1, 1], padding: [(0, 0), (0, 0)], dilation: [1, 1], inputDilation: [1, 1], groups: groups)
    try check(convolve, even, random([8, 4 / groups, 3, 3], seed: 5), axis: 0)
  }

  /// The correction and a bias become one term.
  @Test func constantTermsAreAddedBefore() throws {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [3, 2]))
    var value = x
    for shift in [[1, 2], [10, 20]] as [[Float]] {
      let constant = try graph.append(Constant(Literal(.f32, shape: [2], elements: shift)), [])[0]
      let term = try graph.append(Broadcast(shape: [3, 2], axes: [1]), [constant])[0]
      value = try graph.append(Binary(.add), [term, value])[0]
    }
    graph.outputs = [Graph.Output(name: "y", value: value)]
    var module = Module(name: "Test", graphs: [graph])
    try PassManager(
      passes: [Simplification(name: "simplify"), ConstantFolding(name: "fold"), DeadCodeElimination()],
      context: PassContext(target: .host), verifies: true
    ).run(on: &module)
    #expect(module.graphs[0].nodes.count { $0.operation is Binary } == 1)
    let ones = Literal(.f32, shape: [3, 2], elements: [Float](repeating: 1, count: 6))
    let found = try Evaluator().evaluate(module.graphs[0], inputs: [ones])[0]
    #expect(found.elements(as: Float.self) == [12, 23, 12, 23, 12, 23])
  }
}
