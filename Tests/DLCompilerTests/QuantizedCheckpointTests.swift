import DLCompiler
import DLEvaluation
import DLFormats
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Foundation
import Testing

/// Checkpoints that others made smaller: `tools/reference/quantized_checkpoints.py` computes with Transformers what their
/// bits stand for.
@Suite struct QuantizedCheckpointTests {
  struct Checkpoint: CustomTestStringConvertible {
    let file: String
    let output: String
    let table: String?

    var testDescription: String { output }
  }

  static let checkpoints = [
    Checkpoint(file: "llama.gguf", output: "gguf", table: "llama-gguf"),
    Checkpoint(file: "llama-int.safetensors", output: "int", table: nil),
  ]
  private static let folder = packageFolder.appending(path: "Tests/Reference/quantized")
  private static let sizes = [
    "vocab": "64", "context": "32", "width": "64", "hidden": "96", "depth": "2", "heads": "4", "groups": "2",
  ]

  private func compiler(_ checkpoint: Checkpoint, quantize: String? = nil) throws -> Compiler {
    var options = Compiler.Options()
    for (name, value) in Self.sizes { options.set(name, to: value) }
    options.fixed = ["B": 1, "T": 12]
    options.weights = .file(Self.folder.appending(path: checkpoint.file).path)
    if let table = checkpoint.table {
      try options.setWeightNames(
        fromFile: packageFolder.appending(path: "examples/zoo/names/\(table).txt").path)
    }
    if let quantize { options.recipeStatements = ["quantize \"*\" to \(quantize)"] }
    return Compiler(options)
  }

  private func scores(_ compiler: Compiler) throws -> Literal {
    let source = try compiler.readSource(packageFolder.appending(path: "examples/zoo/llama.dl").path)
    var module = try compiler.elaborate(source)
    try compiler.bindWeights(&module)
    let ids = try #require(
      try TensorFile.open(Self.folder.appending(path: "expected.safetensors").path)["ids"])
    let expected = try Evaluator().evaluate(module.graphs[0], inputs: [ids])[0]
    try compiler.optimize(&module)
    let native = try NativeModule(module, passes: []).run("forward", [ids])[0]
    if compiler.options.recipeStatements.isEmpty {
      #expect(native.difference(from: expected, tolerance: 1e-5) == nil)
    }
    return native
  }

  @Test(arguments: checkpoints) func scoresAreThoseOfTheBits(checkpoint: Checkpoint) throws {
    let expected = try TensorFile.open(Self.folder.appending(path: "expected.safetensors").path)
    let found = try scores(try compiler(checkpoint))
    #expect(found.difference(from: try #require(expected[checkpoint.output]), tolerance: 1e-5) == nil)
  }

  /// Bytes on the other side of the products cost little, and the bits of the weights stay.
  @Test(arguments: checkpoints) func dynamicProductsStayNear(checkpoint: Checkpoint) throws {
    let expected = try TensorFile.open(Self.folder.appending(path: "expected.safetensors").path)
    let found = try scores(try compiler(checkpoint, quantize: "i8 group 32 dynamic"))
    let difference = found.difference(from: try #require(expected[checkpoint.output]), tolerance: 0.06)
    #expect(difference == nil)
  }

  /// What the compiled model stores are the integers of the file, not new ones.
  @Test func integersStay() throws {
    let compiler = try compiler(Self.checkpoints[0])
    let source = try compiler.readSource(packageFolder.appending(path: "examples/zoo/llama.dl").path)
    var module = try compiler.elaborate(source)
    try compiler.bindWeights(&module)
    try compiler.optimize(&module)
    let file = try TensorFile.open(Self.folder.appending(path: "llama.gguf").path)
    let blocks = try #require(file["blk.1.ffn_gate.weight"])
    let name = "model.layers.1.mlp.gate_proj.weight"
    let stored = module.graphs[0].nodes.compactMap { $0.operation as? Constant }.first {
      $0.parameterName == name && $0.literal.elementType == .u8
    }
    let literal = try #require(stored?.literal)
    #expect(literal.shape == [2, 16, 96])
    let found = literal.elements(as: UInt8.self)
    let bytes = blocks.elements(as: UInt8.self)
    for channel in 0..<96 {
      for group in 0..<2 {
        for row in 0..<16 {
          #expect(found[(group * 16 + row) * 96 + channel] == bytes[(channel * 2 + group) * 18 + 2 + row])
        }
      }
    }
    #expect(
      compiler.log.records.contains { $0.parameter == name && $0.action == "i4 group 32, as in the file" })
  }

  @Test func partsThatDoNotFitAreNamed() throws {
    let tool = try CommandLineTool()
    try tool.write(
      """
      import nn
      model Net {
        dim B in 1...2
        fc = nn.Linear(8, 4, bias: false)
        func forward(x: f32[B, 8]) -> f32[B, 4] { return fc(x) }
      }
      """, to: "net.dl")
    func errors(_ tensors: [(String, Literal)]) throws -> String {
      try TensorFile.write(
        tensors.map { TensorFile.Entry(name: $0.0, literal: $0.1) },
        to: tool.folder.appending(path: "w.safetensors").path)
      return try tool.dlc("check", "net.dl").errors
        + tool.dlc("build", "net.dl", "--weights", "w.safetensors", "--emit", "obj").errors
    }
    let bytes = Literal(.i8, shape: [4, 8], elements: [Int8](repeating: 1, count: 32))
    func floats(_ shape: [Int]) -> Literal {
      Literal(.f32, shape: shape, elements: [Float](repeating: 1, count: shape.reduce(1, *)))
    }
    #expect(try errors([("fc.weight", bytes), ("fc.weight_scale", floats([4, 1]))]) == "")
    #expect(
      try errors([("fc.weight", bytes), ("fc.weight_scale", floats([4, 3]))]).contains(
        "tensor 'fc.weight': scales of the shape [4, 3] don't fit integers of the shape [4, 8]"))
    #expect(
      try errors([("fc.weight", bytes), ("fc.weight_scale", bytes)]).contains(
        "the scales must be f32, f16 or bf16, not i8"))
    #expect(
      try errors([
        ("fc.weight", bytes), ("fc.weight_scale", floats([4, 1])),
        ("fc.weight_zero_point", Literal(.i64, shape: [1], elements: [0 as Int64])),
      ]).contains("the zero points must be bytes"))
    let words = Literal(.i32, shape: [4, 1], elements: [Int32](repeating: 0, count: 4))
    #expect(
      try errors([("fc.weight_packed", words), ("fc.weight_scale", floats([4, 1]))]).contains(
        "'fc.weight_shape' must hold the shape [4, …] of which eight are in a word"))
    #expect(
      try errors([("fc.weight", bytes)]).contains("tensor 'fc.weight': expected f32[4, 8], found i8[4, 8]"))
  }
}
