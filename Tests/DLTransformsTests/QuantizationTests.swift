import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Products with bytes, against what is written out here.
struct QuantizationTests {
  private static let recipe = Recipe(steps: [
    step("*", .quantize(QuantizationScheme(bits: 8, granularity: .channel, mode: .static)))
  ])

  private static func step(_ pattern: String, _ action: Recipe.Action) -> Recipe.Step {
    Recipe.Step(pattern: PathPattern(pattern) ?? PathPattern("*")!, action: action)
  }

  private func random(_ shape: [Int], seed: Int, _ range: ClosedRange<Float> = -1...1) -> Literal {
    var generator = SplitMix(seed: seed)
    let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: range, using: &generator) }
    return Literal(.f32, shape: shape, elements: values)
  }

  private func run(
    _ passes: [any Pass], on graph: Graph, inputs: Literal, _ recipe: Recipe = Self.recipe,
    estimator: RangeEstimator = .minMax, budget: Calibration.Budget = .none, target: String = "znver4"
  ) throws -> Graph {
    var module = Module(name: "Test", graphs: [graph])
    var calibration = Calibration(tensors: ["x": inputs], estimator: estimator, budget: budget)
    calibration.correctsBias = false
    let context = PassContext(
      target: try #require(.named(target)), recipe: recipe, calibration: calibration)
    try PassManager(passes: passes, context: context, verifies: true).run(on: &module)
    return module.graphs[0]
  }

  private func evaluate(_ graph: Graph, _ input: Literal) throws -> Literal {
    try Evaluator().evaluate(graph, inputs: [input])[0]
  }

  private func native(_ graph: Graph, _ input: Literal) throws -> Literal {
    try NativeModule(Module(name: "Test", graphs: [graph])).run(graph.name, [input])[0]
  }

  /// `x · w`.
  private func product(rows: Int, _ weights: Literal) throws -> Graph {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [Dimension(rows), Dimension(weights.shape[0])]))
    let w = try graph.append(Constant(weights, name: "w"), [])[0]
    let y = try graph.append(Contract(batch: [], contracting: [(1, 0)], result: .f32), [x, w])[0]
    graph.outputs = [Graph.Output(name: "y", value: y)]
    return graph
  }

  @Test(arguments: [-1...1 as ClosedRange<Float>, 0...3, 2...9])
  func contractionsEqualAnIntegerReference(range: ClosedRange<Float>) throws {
    let (rows, terms, columns) = (7, 40, 19)
    let x = random([rows, terms], seed: 1, range)
    let weights = random([terms, columns], seed: 2)
    let graph = try run(
      [StaticQuantization(), IntegerProducts(), DeadCodeElimination()],
      on: product(rows: rows, weights), inputs: x)

    let numbers = x.elements(as: Float.self)
    let (low, high) = (min(numbers.min() ?? 0, 0), max(numbers.max() ?? 0, 0))
    let scale = (high - low) / 255
    let zero = Int((-low / scale).rounded())
    let bytes = numbers.map {
      Int(min(max(($0 * (1 / scale)).rounded(.toNearestOrEven) + Float(zero), 0), 255))
    }
    let w = weights.elements(as: Float.self)
    var (sums, expected): ([Int32], [Float]) = ([], [])
    for row in 0..<rows {
      for column in 0..<columns {
        let greatest = (0..<terms).map { abs(w[$0 * columns + column]) }.max() ?? 0
        let step = greatest / 127
        let weights = (0..<terms).map { Int((w[$0 * columns + column] / step).rounded(.toNearestOrEven)) }
        let sum = (0..<terms).reduce(0) { $0 + bytes[row * terms + $1] * weights[$1] }
        sums.append(Int32(sum))
        expected.append(Float(sum - zero * weights.reduce(0, +)) * (step * scale))
      }
    }
    // The sums are exact; where the zero of the bytes isn't that of the numbers, what follows them is rounded twice.
    var integers = graph
    let product = try #require(graph.nodes.first { ($0.operation as? Contract)?.result == .i32 })
    integers.outputs = [Graph.Output(name: "y", value: product.results[0])]
    #expect(try evaluate(integers, x).elements(as: Int32.self) == sums)
    #expect(try native(integers, x).elements(as: Int32.self) == sums)
    let numbersExpected = Literal(.f32, shape: [rows, columns], elements: expected)
    let tolerance = zero == 0 ? 0 : 1e-6
    #expect(try evaluate(graph, x).difference(from: numbersExpected, tolerance: tolerance) == nil)
    #expect(try native(graph, x).difference(from: numbersExpected, tolerance: tolerance) == nil)
  }

  /// Without an instruction for four products at once, weights are scaled so that two of them stay within 16 bits, and
  /// the scales are no coarser than that takes.
  @Test(arguments: [[40, 19], [19, 40], [8, 12, 3, 3], [8, 3, 5, 5]])
  func neighboursAreBounded(shape: [Int]) throws {
    let weights = random(shape, seed: 3)
    let axis = shape.count == 2 ? 1 : 0
    let plain = QuantizedWeights(weights, axis: axis, isShared: false)
    let bounded = QuantizedWeights(weights, axis: axis, isShared: false, isBounded: true)
    let integers = bounded.integers.elements(as: Int8.self).map { Int($0) }
    func sum(_ first: Int, _ second: Int) -> Int {
      let pair = [integers[first], integers[second]]
      return max(pair.reduce(0) { $0 + max($1, 0) }, pair.reduce(0) { $0 - min($1, 0) })
    }
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    for channel in 0..<shape[axis] {
      // Terms as they follow each other where channels are the last axis: those of a product lie in a column.
      let depth = shape[1 - axis]
      let places = shape.dropFirst(2).reduce(1, *)
      let terms = (0..<places).flatMap { place in
        (0..<depth).map { channel * strides[axis] + $0 * strides[1 - axis] + place }
      }
      let greatest = zip(terms, terms.dropFirst()).map(sum).max() ?? 0
      #expect(greatest <= 128)
      let apart = terms.map { abs(integers[$0]) }.max() ?? 0
      if depth > 3 { #expect(max(greatest, apart) >= 126) }
      #expect(bounded.scales[channel] >= plain.scales[channel])
    }
  }

  /// A product of bounded weights is as exact as any.
  @Test func boundedProductsAreExact() throws {
    let x = random([7, 64], seed: 1, 0...3)
    let passes: [any Pass] = [StaticQuantization(), IntegerProducts(), DeadCodeElimination()]
    let graph = try run(
      passes, on: product(rows: 7, random([64, 24], seed: 2)), inputs: x, target: "x86-64-v3")
    let target = try #require(TargetDescription.named("x86-64-v3"))
    let module = Module(name: "Test", graphs: [graph])
    let program = try Program(lowering: module, for: target)
    #expect(program.kernels.contains { "\($0)".contains("dot_product bounded_bytes") })
    guard target.runsHere else { return }
    let found = try NativeModule(module, target: target).run("f", [x])[0]
    #expect(try found.difference(from: evaluate(graph, x), tolerance: 1e-6) == nil)
  }

  /// Two convolutions with a maximum of windows between them, and a sum around the second.
  private func network() throws -> Graph {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [2, 3, 10, 10]))
    func convolution(_ input: ValueID, _ name: String, _ weights: Literal, groups: Int = 1) throws -> ValueID
    {
      let w = try graph.append(Constant(weights, name: name), [])[0]
      let convolve = Convolve(
        strides: [1, 1], padding: [(1, 1), (1, 1)], dilation: [1, 1], inputDilation: [1, 1], groups: groups)
      let y = try graph.append(convolve, [input, w])[0]
      let bias = try graph.append(Constant(random([weights.shape[0]], seed: 9)), [])[0]
      let shape = graph.type(of: y).shape
      return try graph.append(
        Binary(.add), [y, graph.append(Broadcast(shape: shape, axes: [1]), [bias])[0]])[0]
    }
    func relu(_ value: ValueID) throws -> ValueID {
      let zero = try graph.append(Constant(Literal(.f32, shape: [], elements: [0 as Float])), [])[0]
      let shape = graph.type(of: value).shape
      return try graph.append(
        Binary(.maximum), [value, graph.append(Broadcast(shape: shape, axes: []), [zero])[0]])[0]
    }
    let first = try relu(convolution(x, "a", random([8, 3, 3, 3], seed: 3)))
    let window = ReduceWindow(
      .maximum, window: [1, 1, 2, 2], strides: [1, 1, 2, 2], dilation: [1, 1, 1, 1],
      padding: [(0, 0), (0, 0), (0, 0), (0, 0)])
    let pooled = try graph.append(window, [first])[0]
    let deep = try relu(convolution(pooled, "b", random([8, 1, 3, 3], seed: 4), groups: 8))
    let last = try convolution(deep, "c", random([8, 8, 3, 3], seed: 5))
    let sum = try graph.append(Binary(.add), [last, pooled])[0]
    graph.outputs = [Graph.Output(name: "y", value: sum)]
    return graph
  }

  @Test func networksStayNearTheOriginal() throws {
    let x = random([2, 3, 10, 10], seed: 7)
    let original = try network()
    let rounded = try run([StaticQuantization(), DeadCodeElimination()], on: original, inputs: x)
    let integers = try run(
      [StaticQuantization(), IntegerProducts(), DeadCodeElimination()], on: original, inputs: x)
    let expected = try evaluate(original, x)
    let found = try evaluate(integers, x)
    // The same numbers, but for the rounding of sums in f32.
    #expect(found.difference(from: try evaluate(rounded, x), tolerance: 0.01) == nil)
    #expect(found.difference(from: expected, tolerance: 0.03) == nil)
    // A sum that rounds the other way is one step of the last bytes away.
    #expect(try native(integers, x).difference(from: found, tolerance: 0.01) == nil)
    // What the pool reads and gives are bytes, and so is what the sum reads.
    let pools = integers.nodes.filter { $0.operation is ReduceWindow }
    #expect(pools.map { integers.type(of: $0.results[0]).elementType } == [.u8])
    let sums = integers.nodes.filter { ($0.operation as? Convolve)?.result == .i32 }
    #expect(sums.count == 3)
    // The rectifications are part of the rounding.
    #expect(
      !integers.nodes.contains { node in
        (node.operation as? Binary)?.function == .maximum
          && integers.definingNode(of: node.operands[0])?.operation is Binary
          && integers.type(of: node.results[0]).shape != integers.type(of: integers.outputs[0].value).shape
          && (integers.definingNode(of: node.operands[0])?.operation as? Binary)?.function == .maximum
      })
  }

  /// All passes after the rounding, and machine code, compute what the evaluator finds with the rounded numbers in `f32`: what
  /// differs is a byte here and there whose sum is rounded the other way.
  @Test(arguments: 0..<30) func anyNetworkComputesItsRoundedNumbers(seed: Int) throws {
    let graph = try NetworkGenerator(seed: seed).graph
    let x = random(graph.type(of: graph.inputs[0].value).shape.compactMap(\.constantValue), seed: 70 + seed)
    let last = try #require(Pipeline.standard.firstIndex { $0 is StaticQuantization })
    let rounded = try run(Array(Pipeline.standard[...last]), on: graph, inputs: x)
    let whole = try run(Pipeline.standard, on: graph, inputs: x)
    var quality = OutputQuality()
    let found = try native(whole, x).elements(as: Float.self)
    quality.add(found, expected: try evaluate(rounded, x).elements(as: Float.self))
    #expect(quality.signalToNoise > 40)
  }

  @Test func sensitiveProductsStay() throws {
    let x = random([2, 3, 10, 10], seed: 7)
    let graph = try run(
      [StaticQuantization(), IntegerProducts(), DeadCodeElimination()], on: network(), inputs: x,
      budget: .signalToNoise(60))
    let kept = graph.nodes.count {
      $0.operation is Convolve && graph.type(of: $0.results[0]).elementType == .f32
    }
    #expect(kept > 0)
    var quality = OutputQuality()
    quality.add(
      try evaluate(graph, x).elements(as: Float.self),
      expected: try evaluate(network(), x).elements(as: Float.self))
    #expect(quality.signalToNoise >= 60)
  }

  @Test func withoutInputsNothingIsQuantized() throws {
    var module = Module(name: "Test", graphs: [try network()])
    let before = module
    try PassManager(
      passes: [StaticQuantization(), IntegerProducts()],
      context: PassContext(target: .host, recipe: Self.recipe)
    ).run(on: &module)
    #expect(module == before)
  }

  // MARK: Weights

  @Test(arguments: [
    QuantizationScheme(bits: 8, granularity: .channel, mode: .weightsOnly),
    QuantizationScheme(bits: 8, granularity: .tensor, mode: .weightsOnly),
    QuantizationScheme(bits: 8, granularity: .group(16), mode: .weightsOnly),
    QuantizationScheme(bits: 4, granularity: .group(16), mode: .weightsOnly),
    QuantizationScheme(bits: 4, granularity: .channel, mode: .weightsOnly),
    QuantizationScheme(bits: 8, granularity: .channel, mode: .dynamic),
  ])
  func weightsAreStoredInFewerBits(scheme: QuantizationScheme) throws {
    let weights = random([64, 33], seed: 11)
    let x = random([5, 64], seed: 12)
    let original = try product(rows: 5, weights)
    let graph = try run(
      [WeightCompression(), DeadCodeElimination()], on: original, inputs: x,
      Recipe(steps: [Self.step("w", .quantize(scheme))]))
    let bytes = graph.nodes.compactMap { ($0.operation as? Constant)?.literal.byteCount }.reduce(0, +)
    #expect(bytes <= weights.byteCount * (scheme.bits + 6) / 32)
    let found = try evaluate(graph, x)
    #expect(
      found.difference(from: try evaluate(original, x), tolerance: scheme.bits == 8 ? 0.01 : 0.15) == nil)
    #expect(try native(graph, x).difference(from: found, tolerance: 1e-5) == nil)
    // Nothing brings the weights back to 32 bits at compile time.
    var module = Module(name: "Test", graphs: [graph])
    try PassManager(context: PassContext(target: .host)).run(on: &module)
    let compiled = module.graphs[0].nodes.compactMap { ($0.operation as? Constant)?.literal.byteCount }
    #expect(compiled.reduce(0, +) <= weights.byteCount * (scheme.bits + 6) / 32)
  }

  @Test func fourBitWeightsPack() {
    let values: [Float] = [-7, 7, 1, 0, 3, -3, 2, 6]
    let matrix = Literal(.f32, shape: [4, 2], elements: values)
    let weights = StoredWeights(matrix, channelAxis: 1, bits: 4, count: 4, order: .byTerm)
    #expect(
      weights.integers == Literal(.u8, shape: [1, 2, 2], elements: [0xB1, 0x5F, 0xA9, 0xE8] as [UInt8]))
    #expect(weights.scales == Literal(.bf16, shape: [1, 2], elements: [0x3F80, 0x3F80] as [UInt16]))
    let rows = StoredWeights(matrix, channelAxis: 1, bits: 4, count: 4, order: .byChannel)
    #expect(rows.integers == Literal(.u8, shape: [2, 1, 2], elements: [0xB1, 0xA9, 0x5F, 0xE8] as [UInt8]))
  }

  @Test(arguments: [ElementType.bf16, .f16])
  func precisionIsThatOfTheStorage(type: ElementType) throws {
    let weights = random([64, 33], seed: 13)
    let x = random([5, 64], seed: 14)
    let graph = try run(
      [WeightCompression(), DeadCodeElimination()], on: product(rows: 5, weights), inputs: x,
      Recipe(steps: [Self.step("w", .precision(type))]))
    let stored = graph.nodes.compactMap { ($0.operation as? Constant)?.literal.elementType }
    #expect(stored == [type])
    #expect(try native(graph, x).difference(from: try evaluate(graph, x), tolerance: 1e-5) == nil)
  }

  @Test func rowsOfTablesAreWidenedWhereTheyAreRead() throws {
    var graph = Graph(name: "f")
    let ids = graph.addInput("x", TensorType(.i64, [2, 3]))
    let table = random([10, 8], seed: 15)
    let w = try graph.append(Constant(table, name: "w"), [])[0]
    graph.outputs = [Graph.Output(name: "y", value: try graph.append(Gather(axis: 0), [w, ids])[0])]
    let x = Literal(.i64, shape: [2, 3], elements: [1, 9, 0, 4, 4, 7])
    let schemes = [QuantizationScheme.Mode.weightsOnly, .dynamic].map {
      Recipe.Action.quantize(QuantizationScheme(bits: 8, granularity: .channel, mode: $0))
    }
    for (action, type) in zip(schemes + [.precision(.bf16)], [ElementType.i8, .i8, .bf16]) {
      let small = try run(
        [WeightCompression(), DeadCodeElimination()], on: graph, inputs: x,
        Recipe(steps: [Self.step("w", action)]))
      #expect(
        small.nodes.contains { ($0.operation as? Constant)?.literal.type == TensorType(type, [10, 8]) })
      let found = try evaluate(small, x)
      #expect(found.difference(from: try evaluate(graph, x), tolerance: 0.01) == nil)
      #expect(try native(small, x).difference(from: found) == nil)
    }
  }
}
