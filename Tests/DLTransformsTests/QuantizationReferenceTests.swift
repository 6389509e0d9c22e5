import DLEvaluation
import DLFormats
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Foundation
import Testing

/// Quantized numbers and products against those of PyTorch.
struct QuantizationReferenceTests {
  private let file: TensorFile

  init() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    file = try TensorFile.open(tests.appending(path: "Reference/quantization/linear.safetensors").path())
  }

  private func tensor(_ name: String) throws -> Literal { try #require(file[name]) }

  private func scale(_ name: String) throws -> AffineScale {
    AffineScale(
      scale: try tensor("\(name).scale").elements(as: Float.self)[0],
      zeroPoint: Int(try tensor("\(name).zero").elements(as: Int64.self)[0]))
  }

  @Test func scalesAndIntegersAreEqual() throws {
    let x = try tensor("x")
    let values = x.elements(as: Float.self)
    let found = AffineScale(covering: (values.min() ?? 0)...(values.max() ?? 0))
    #expect(found.zeroPoint == (try scale("x").zeroPoint))
    #expect(abs(found.scale / (try scale("x").scale) - 1) < 1e-6)
    var graph = Graph(name: "f")
    let input = graph.addInput("x", x.type)
    let bytes = try graph.appendQuantized(input, try scale("x"), sites: [])
    graph.outputs = [Graph.Output(name: "y", value: bytes)]
    #expect(try Evaluator().evaluate(graph, inputs: [x]) == [tensor("x.bytes")])
    let weights = QuantizedWeights(try tensor("weight"), axis: 0, isShared: false)
    #expect(weights.integers == (try tensor("weight.integers")))
  }

  @Test func productsAreEqualButForTies() throws {
    let x = try tensor("x")
    var graph = Graph(name: "f")
    let input = graph.addInput("x", x.type)
    let w = try graph.append(Constant(try tensor("weight"), name: "w"), [])[0]
    let product = try graph.append(Contract(batch: [], contracting: [(1, 1)], result: .f32), [input, w])[0]
    let bias = try graph.append(Constant(try tensor("bias")), [])[0]
    let type = graph.type(of: product)
    let term = try graph.append(Broadcast(shape: type.shape, axes: [1]), [bias])[0]
    let sum = try graph.append(Binary(.add), [product, term])[0]
    graph.outputs = [Graph.Output(name: "y", value: sum)]
    let scheme = QuantizationScheme(bits: 8, granularity: .channel, mode: .static)
    let recipe = Recipe(steps: [.init(pattern: try #require(PathPattern("w")), action: .quantize(scheme))])
    var calibration = Calibration(tensors: ["x": x], estimator: .minMax)
    calibration.correctsBias = false
    let context = PassContext(
      target: try #require(.named("znver4")), recipe: recipe, calibration: calibration)
    _ = try StaticQuantization().run(on: &graph, context: context)
    _ = try IntegerProducts().run(on: &graph, context: context)
    let found = try Evaluator().evaluate(graph, inputs: [x])[0]
    #expect(found.difference(from: try tensor("result.exact"), tolerance: 1e-5) == nil)

    let scale = try scale("result")
    let expected = try tensor("result.bytes").elements(as: UInt8.self)
    for (value, byte) in zip(found.elements(as: Float.self), expected) {
      let exact = value / scale.scale + Float(scale.zeroPoint)
      // PyTorch rounds the bias to a multiple of the products' scale.
      #expect(abs(min(max(exact, 0), 255) - Float(byte)) <= 0.51)
    }
  }
}
