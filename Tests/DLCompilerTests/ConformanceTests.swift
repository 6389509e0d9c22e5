import DLCompiler
import DLFormats
import DLGraph
import DLOperations
import DLSyntax
import DLTestSupport
import DLTransforms
import Foundation
import Testing

/// Compiled code against NumPy and PyTorch.
@Suite struct ConformanceTests {
  private static let layerFolder = packageFolder.appending(path: "Tests/Reference/layers")

  private static let layers: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: layerFolder.path)
    return (files ?? []).filter { $0.hasSuffix(".safetensors") }.sorted()
  }()

  @Test(arguments: ReferenceCase.files)
  func operationsAgree(file: String) throws {
    let cases = try ReferenceCase.load(file)
    let module = Module(
      name: "reference",
      graphs: try cases.map { item in
        var graph = Graph(name: item.id)
        let operands = item.operands.enumerated().map { graph.addInput("in\($0)", $1.type) }
        let results = try graph.append(item.operation, operands)
        graph.outputs = results.enumerated().map { Graph.Output(name: "out\($0)", value: $1) }
        return graph
      })
    let native = try NativeModule(module)
    for item in cases {
      let results = try native.run(item.id, item.operands)
      #expect(results.count == item.results.count)
      for (found, expected) in zip(results, item.results) {
        let problem = found.difference(from: expected)
        #expect(problem == nil, "\(file) \(item.id) \(item.operation.name)")
      }
    }
  }

  @Test(arguments: layers)
  func layerAgrees(file: String) throws {
    let tensors = try TensorFile.open(Self.layerFolder.appending(path: file).path)
    let text = try #require(tensors.metadata["model"])
    var module = try Compiler().elaborate(SourceFile(name: file, text: text))
    module.graphs = try module.graphs.map { graph in
      try graph.rewritten { node, _, graph in
        guard let parameter = node.operation as? DLOperations.Parameter else { return nil }
        return try graph.append(Constant(try #require(tensors[parameter.parameterName])), [])
      }
    }
    let graph = try #require(module.graphs.first)
    let inputs = try graph.inputs.map { try #require(tensors["input.\($0.name)"]) }
    for (passes, threads) in [(Pipeline.standard, 1), (Pipeline.standard, 3), (Pipeline.unoptimized, 1)] {
      let results = try NativeModule(module, passes: passes, threads: threads).run(graph.name, inputs)
      for (output, found) in zip(graph.outputs, results) {
        let problem = found.difference(from: try #require(tensors["output.\(output.name)"]))
        #expect(problem == nil, "\(output.name), \(passes.count) passes, \(threads) threads")
      }
    }
  }

  @Test func thereAreReferences() {
    #expect(ReferenceCase.files.count > 20 && Self.layers.count > 100)
  }
}
