import DLElaboration
import DLEvaluation
import DLGraph
import DLOperations
import DLSyntax
import Foundation
import Testing

/// The models under `examples`.
struct ExampleTests {
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "examples").path()

  static let paths: [String] = {
    let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder)
    return (paths ?? []).filter { $0.hasSuffix(".dl") }.sorted()
  }()

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
  }

  @Test(arguments: paths)
  func elaboratesAndIsFormatted(path: String) throws {
    let text = try Self.text(path)
    let file = SourceFile(name: path, text: text)
    #expect(try DLSyntax.Formatter.format(file) == text)
    let folder = URL(filePath: "\(Self.folder)/\(path)").deletingLastPathComponent().path()
    for case .layer(let layer) in Parser.parse(file).unit.declarations where layer.kind == .model {
      let options = Elaboration.Options(modelName: layer.name.name)
      #expect(try !elaborate(text, options, loader: .library(andFilesIn: folder)).graphs.isEmpty)
    }
  }

  /// One token after the other gives what the whole text gives, and `generate` what repeated steps give.
  @Test func cachesDoNotChangeTheResult() throws {
    let sizes = ["vocab": 13, "context": 8, "width": 16, "depth": 2, "heads": 4, "groups": 2]
    let options = Elaboration.Options(hyperparameters: sizes.mapValues { .integer($0) }, fixed: ["B": 1])
    var module = try elaborate(try Self.text("decoder.dl"), options)
    module.graphs = try module.graphs.map(withRandomWeights)
    let text: [Int64] = [3, 1, 4, 1, 5]
    var whole = try ModuleEvaluator(module)
    let expected = try whole.call("prefill", [ids(text)])[0].numbers
    var stepwise = try ModuleEvaluator(module)
    _ = try stepwise.call("prefill", [ids(Array(text[..<2]))])
    var scores: [Double] = []
    for token in text[2...] { scores = try stepwise.call("step", [ids([token])])[0].numbers }
    #expect(zip(scores, expected).allSatisfy { abs($0 - $1) < 1e-5 })

    var written: [Double] = []
    var token = argmax(expected)
    let count = Literal(.i64, shape: [], elements: [3 as Int64])
    let generated = try stepwise.call("generate", [ids([Int64(token)]), count])[0].numbers
    for _ in 0..<3 {
      token = argmax(try whole.call("step", [ids([Int64(token)])])[0].numbers)
      written.append(Double(token))
    }
    #expect(generated == written + [0, 0, 0, 0, 0])
  }

  private func ids(_ tokens: [Int64]) -> Literal {
    Literal(.i64, shape: [1, tokens.count], elements: tokens)
  }

  private func argmax(_ scores: [Double]) -> Int { scores.indices.max { scores[$0] < scores[$1] } ?? 0 }

  private func withRandomWeights(_ graph: Graph) throws -> Graph {
    try graph.rewritten { node, _, graph in
      guard let parameter = node.operation as? DLOperations.Parameter,
        let shape = parameter.type.concreteShape
      else {
        return nil
      }
      // The numbers depend on the name, so that every graph has the same weights.
      var state = parameter.parameterName.utf8.reduce(5381 as UInt32) { $0 &* 33 &+ UInt32($1) }
      let elements = (0..<shape.reduce(1, *)).map { _ -> Float in
        state = state &* 1_664_525 &+ 1_013_904_223
        return (Float(state >> 8) / Float(1 << 24) - 0.5)
      }
      return try graph.append(Constant(Literal(.f32, shape: shape, elements: elements)), [])
    }
  }
}
