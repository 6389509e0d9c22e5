import DLCompiler
import DLFormats
import DLGraph
import DLOperations
import DLTestSupport
import Foundation
import Testing

/// The models of `examples/zoo` in tiny configurations, compiled, against the results of PyTorch.
@Suite struct ZooTests {
  @Test(arguments: ZooCase.names)
  func agrees(name: String) throws {
    let reference = try ZooCase(name)
    let graph = try #require(reference.module.graphs.first { $0.name == "forward" })
    let inputs = try graph.inputs.filter { $0.role == .tensor }.map {
      try #require(reference.tensors["input.\($0.name)"], "\($0.name)")
    }
    let outputs = graph.outputs.filter { $0.role == .tensor }.map(\.name)
    #expect(Set(outputs.map { "output.\($0)" }) == reference.outputs)
    let results = try NativeModule(reference.module).run("forward", inputs)
    for (output, result) in zip(outputs, results) {
      let expected = try #require(reference.tensors["output.\(output)"], "\(output)")
      #expect(result.difference(from: expected, tolerance: 1e-4) == nil, "\(output)")
    }
  }
}

/// The forecaster, which keeps its hidden vectors between calls.
@Suite struct StreamingTests {
  /// PyTorch read the series at once; here it comes in pieces.
  @Test func forecasterReadsPieceByPiece() throws {
    let reference = try ZooCase("forecaster")
    let series = try #require(reference.tensors["input.series"])
    let expected = try #require(reference.tensors["output.output"])
    let native = try NativeModule(reference.module)
    var results: [Literal] = []
    for piece in [0..<3, 3..<4, 4..<series.shape[1]] {
      results = try native.run("forward", [Self.steps(piece, of: series)])
    }
    #expect(results[0].difference(from: expected, tolerance: 1e-4) == nil)
  }

  /// A stretch of the second axis.
  private static func steps(_ range: Range<Int>, of series: Literal) -> Literal {
    let (batch, length, width) = (series.shape[0], series.shape[1], series.shape[2])
    let elements = series.elements(as: Float.self)
    let part = (0..<batch).flatMap { row in
      elements[(row * length + range.lowerBound) * width..<(row * length + range.upperBound) * width]
    }
    return Literal(.f32, shape: [batch, range.count, width], elements: part)
  }
}

/// A model with its weights, inputs and outputs.
struct ZooCase {
  let module: Module
  let tensors: TensorFile

  /// The files of `Tests/Reference/zoo`, without their suffix.
  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (files ?? []).filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
  }()

  private static let folder = packageFolder.appending(path: "Tests/Reference/zoo").path()

  init(_ name: String) throws {
    let path = "\(Self.folder)/\(name).safetensors"
    tensors = try TensorFile.open(path)
    let texts = Data((tensors.metadata["hyperparameters"] ?? "{}").utf8)
    var options = Compiler.Options()
    for (name, text) in try JSONDecoder().decode([String: String].self, from: texts) {
      options.set(name, to: text)
    }
    if let name = tensors.metadata["model"], !name.isEmpty { options.modelName = name }
    let compiler = Compiler(options)
    let model = packageFolder.appending(path: "examples/zoo/\(try #require(tensors.metadata["file"]))")
    var module = try compiler.elaborate(compiler.readSource(model.path()))
    module.graphs = try module.graphs.map { [tensors] in try Self.bind($0, tensors) }
    self.module = module
  }

  /// The graph with the weights of a file, which holds the inputs and outputs too.
  private static func bind(_ graph: Graph, _ tensors: TensorFile) throws -> Graph {
    try graph.rewritten { node, _, graph in
      guard let parameter = node.operation as? Parameter else { return nil }
      let weight = try #require(tensors[parameter.parameterName], "no weight for \(parameter.parameterName)")
      #expect(weight.type == parameter.type, "\(parameter.parameterName)")
      return try graph.append(Constant(weight, name: parameter.parameterName), [])
    }
  }

  var outputs: Set<String> { Set(tensors.entries.map(\.name).filter { $0.hasPrefix("output.") }) }
}
