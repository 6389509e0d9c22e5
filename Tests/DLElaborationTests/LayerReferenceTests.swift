import DLElaboration
import DLEvaluation
import DLFormats
import DLGraph
import DLOperations
import DLTestSupport
import Foundation
import Testing

/// The layers and functions of the library against the results of PyTorch.
struct LayerReferenceTests {
  @Test(arguments: LayerCase.names)
  func agrees(name: String) throws {
    let reference = try LayerCase(name)
    let graph = try #require(reference.module.graphs.first)
    let bound = try reference.bound(graph)
    let inputs = try graph.inputs.map { try #require(reference.tensors["input.\($0.name)"], "\($0.name)") }
    let results = try Evaluator().evaluate(bound, inputs: inputs)
    let expected = reference.tensors.entries.map(\.name).filter { $0.hasPrefix("output.") }
    #expect(Set(expected) == Set(graph.outputs.map { "output.\($0.name)" }))
    for (output, result) in zip(graph.outputs, results) {
      let expected = try #require(reference.tensors["output.\(output.name)"])
      let difference = result.difference(from: expected)
      #expect(difference == nil, "\(output.name): \(difference ?? "")")
    }
  }

  @Test func allLayersAreCovered() { #expect(LayerCase.names.count > 100) }
}

/// A small model around a layer, with weights, inputs and outputs.
struct LayerCase {
  let module: Module
  let tensors: TensorFile

  /// The files of `Tests/Reference/layers`, without their suffix.
  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (files ?? []).filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
  }()

  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Reference/layers").path()

  init(_ name: String) throws {
    tensors = try TensorFile.open("\(Self.folder)/\(name).safetensors")
    module = try elaborate(try #require(tensors.metadata["model"]))
  }

  /// The graph with its parameters replaced by the weights of the file.
  func bound(_ graph: Graph) throws -> Graph {
    try graph.rewritten { node, _, graph in
      guard let parameter = node.operation as? Parameter else { return nil }
      let weight = try #require(tensors[parameter.parameterName], "no weight for \(parameter.parameterName)")
      #expect(weight.type == parameter.type, "\(parameter.parameterName)")
      return try graph.append(Constant(weight, name: parameter.parameterName), [])
    }
  }
}
