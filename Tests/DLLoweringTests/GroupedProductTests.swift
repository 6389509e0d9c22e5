import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Products of bytes with weights in groups, against sums of integers.
struct GroupedProductTests {
  /// `x · w` with a recipe for `w`.
  private func graph(_ weights: Literal, rows: Int, bits: Int, count: Int) throws -> Graph {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [Dimension(rows), Dimension(weights.shape[0])]))
    let w = try graph.append(Constant(weights, name: "w"), [])[0]
    let y = try graph.append(Contract(batch: [], contracting: [(1, 0)], result: .f32), [x, w])[0]
    graph.outputs = [Graph.Output(name: "y", value: y)]
    let scheme = QuantizationScheme(bits: bits, granularity: .group(count), mode: .dynamic)
    let recipe = Recipe(steps: [.init(pattern: try #require(PathPattern("w")), action: .quantize(scheme))])
    _ = try WeightCompression().run(on: &graph, context: PassContext(target: .host, recipe: recipe))
    _ = try DeadCodeElimination().run(on: &graph, context: PassContext(target: .host))
    return graph
  }

  /// The same, with the sums of groups in integers.
  private func reference(_ x: Literal, _ weights: Literal, bits: Int, count: Int) -> [Float] {
    let (rows, terms, columns) = (x.shape[0], x.shape[1], weights.shape[1])
    let numbers = x.elements(as: Float.self)
    let matrix = weights.elements(as: Float.self)
    let limit = Float((1 << (bits - 1)) - 1)
    var result: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        var total: Float = 0
        for group in 0..<terms / count {
          let places = (0..<count).map { group * count + $0 }
          let greatest = places.map { abs(matrix[$0 * columns + column]) }.max() ?? 0
          let bits = (greatest / limit).bitPattern
          let scale = Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
          let left = (places.map { abs(numbers[row * terms + $0]) }.max() ?? 0) * (1 / 127)
          var sum = 0
          for place in places {
            let weight = (matrix[place * columns + column] * (1 / scale)).rounded(.toNearestOrEven)
            let byte = (numbers[row * terms + place] / left).rounded(.toNearestOrEven)
            sum += Int(min(max(weight, -limit), limit)) * Int(byte)
          }
          total.addProduct(Float(sum) * left, scale)
        }
        result.append(total)
      }
    }
    return result
  }

  @Test(arguments: [4, 8], [(1, 64), (3, 70), (6, 16), (4, 130)])
  func sumsAreExact(bits: Int, size: (rows: Int, columns: Int)) throws {
    for (terms, count) in [(64, 32), (96, 16), (64, 64)] {
      var random = SplitMix(seed: bits + size.rows + terms)
      let weights = Literal(.f32, shape: [terms, size.columns], random: &random)
      let x = Literal(.f32, shape: [size.rows, terms], random: &random)
      let graph = try graph(weights, rows: size.rows, bits: bits, count: count)
      let expected = reference(x, weights, bits: bits, count: count)
      let native = try NativeModule(Module(name: "Test", graphs: [graph])).run("f", [x])[0]
      #expect(native.elements(as: Float.self) == expected, "\(terms) terms in groups of \(count)")
      let evaluated = try Evaluator().evaluate(graph, inputs: [x])[0]
      #expect(native.difference(from: evaluated, tolerance: 1e-5) == nil)
    }
  }

  /// The kernel is this schedule's: it multiplies words, and no scale is in its innermost loop.
  @Test func groupsBecomeWords() throws {
    var random = SplitMix(seed: 1)
    let weights = Literal(.f32, shape: [64, 48], random: &random)
    var module = Module(name: "Test", graphs: [try graph(weights, rows: 1, bits: 4, count: 32)])
    try PassManager(context: PassContext(target: .host)).run(on: &module)
    let program = try Program(lowering: module, for: .host)
    #expect(program.kernels.count { "\($0)".contains("dot_product bounded_bytes") } == 1)
  }

  /// Rows of zeros, of the greatest and of the least numbers.
  @Test func extremeRowsAreHarmless() throws {
    var random = SplitMix(seed: 2)
    let weights = Literal(.f32, shape: [64, 16], random: &random)
    let graph = try graph(weights, rows: 3, bits: 4, count: 32)
    var numbers = [Float](repeating: 0, count: 3 * 64)
    numbers[70] = 1e36
    numbers[140] = .leastNormalMagnitude / 8
    let x = Literal(.f32, shape: [3, 64], elements: numbers)
    let found = try NativeModule(Module(name: "Test", graphs: [graph])).run("f", [x])[0].elements(
      as: Float.self)
    #expect(found[..<16].allSatisfy { $0 == 0 })
    #expect(found[32...].allSatisfy { abs($0) < 1e-30 })
    #expect(found.allSatisfy { $0.isFinite })
  }
}
