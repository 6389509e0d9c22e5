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

/// Several calls of a model of `examples/zoo`, compiled, against PyTorch: decoding with a cache, sampling with a seed.
@Suite struct ZooSessionTests {
  @Test(arguments: ZooCase.sessions)
  func agrees(name: String) throws {
    let reference = try ZooCase(name, in: "sessions")
    let calls = Data((reference.tensors.metadata["calls"] ?? "[]").utf8)
    let native = try NativeModule(reference.module)
    for (number, entry) in try JSONDecoder().decode([String].self, from: calls).enumerated() {
      let graph = try #require(reference.module.graphs.first { $0.name == entry })
      let inputs = try graph.inputs.filter { $0.role == .tensor }.map {
        try #require(reference.tensors["\(number).input.\($0.name)"], "\($0.name)")
      }
      let results = try native.run(entry, inputs)
      for (output, result) in zip(graph.outputs.filter { $0.role == .tensor }, results) {
        let expected = try #require(reference.tensors["\(number).output.\(output.name)"], "\(output.name)")
        let difference = result.difference(from: expected, tolerance: 1e-4)
        #expect(difference == nil, "call \(number) of \(entry), \(output.name)")
      }
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

  /// The models that are called once.
  static let names = files(in: "zoo")
  /// The models that are called several times and keep their states.
  static let sessions = files(in: "sessions")

  /// The files of a folder of `Tests/Reference`, without their suffix.
  private static func files(in folder: String) -> [String] {
    let path = packageFolder.appending(path: "Tests/Reference/\(folder)").path()
    let files = try? FileManager.default.contentsOfDirectory(atPath: path)
    return (files ?? []).filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
  }

  init(_ name: String, in folder: String = "zoo") throws {
    let path = packageFolder.appending(path: "Tests/Reference/\(folder)/\(name).safetensors").path()
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
