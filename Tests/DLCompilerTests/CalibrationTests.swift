import DLCompiler
import DLFormats
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Foundation
import Testing

/// What calibration learns when the model runs as machine code, against what it learns from the evaluator.
@Suite struct CalibrationTests {
  private let examples: Literal
  private let module: Module

  init() throws {
    let digits = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "examples/digits")
    examples = try #require(
      TensorFile.open(digits.appending(path: "images.npy").path()).entries.first?.literal)
    var options = Compiler.Options()
    options.weights = .file(digits.appending(path: "digits.safetensors").path())
    options.fixed = ["B": 12]
    options.lastPass = "fold-affine-constants"
    let compiler = Compiler(options)
    var module = try compiler.elaborate(compiler.readSource(digits.appending(path: "digits.dl").path()))
    try compiler.bindWeights(&module)
    try compiler.optimize(&module)
    self.module = module
  }

  /// The graph in which what a pattern names is quantized, and what that did.
  private func quantized(
    _ pattern: String, _ executor: any GraphExecutor
  ) throws -> (graph: Graph, records: [CompressionLog.Record]) {
    let scheme = QuantizationScheme(bits: 8, granularity: .channel, mode: .static)
    let recipe = Recipe(steps: [.init(pattern: try #require(PathPattern(pattern)), action: .quantize(scheme))]
    )
    var calibration = Calibration(tensors: ["image": examples])
    calibration.executor = executor
    calibration.reportsEachProduct = true
    let log = CompressionLog()
    var graph = module.graphs[0]
    _ = try StaticQuantization().run(
      on: &graph, context: PassContext(target: .host, recipe: recipe, calibration: calibration, log: log))
    return (graph, log.records)
  }

  @Test func machineCodeFindsTheSameScales() throws {
    let (expected, expectedRecords) = try quantized("*", Interpreter())
    let (found, records) = try quantized("*", NativeExecutor(threshold: 0))
    #expect(records.map(\.parameter) == expectedRecords.map(\.parameter))
    for (a, b) in zip(records, expectedRecords) {
      #expect(abs(try #require(a.signalToNoise) - #require(b.signalToNoise)) < 0.1, "\(a.parameter)")
    }
    let (these, those) = (found.constants, expected.constants)
    #expect(these.map(\.type) == those.map(\.type))
    #expect(zip(these, those).allSatisfy { $0.difference(from: $1, tolerance: 1e-4) == nil })
  }

  /// A product of the graph with switches costs what it costs where it alone is quantized.
  @Test(arguments: ["stage1.conv", "stage4.conv", "classifier"])
  func switchesQuantizeOneProduct(layer: String) throws {
    let (_, records) = try quantized("*", Interpreter())
    let (graph, _) = try quantized(layer, Interpreter())
    let calibration = Calibration(tensors: ["image": examples])
    let few = try #require(calibration.batches(for: graph)).prefix(2)
    var quality = OutputQuality()
    for batch in few {
      let expected = try Interpreter().prepare(module.graphs[0], exampleCount: 12).run(batch)[0]
      let found = try Interpreter().prepare(graph, exampleCount: 12).run(batch)[0]
      quality.add(found.elements(as: Float.self), expected: expected.elements(as: Float.self))
    }
    let record = try #require(records.first { $0.parameter.hasPrefix(layer) })
    #expect(abs(try #require(record.signalToNoise) - quality.signalToNoise) < 0.01)
  }
}

/// What each parameter costs where it alone is made smaller.
@Suite struct ParameterErrorTests {
  private let digits = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples/digits")

  private func compiler(_ statements: [String]) -> Compiler {
    var options = Compiler.Options()
    options.weights = .file(digits.appending(path: "digits.safetensors").path())
    options.fixed = ["B": 16]
    options.recipeStatements = statements
    options.calibration = Compiler.CalibrationFiles(inputs: digits.appending(path: "images.npy").path())
    return Compiler(options)
  }

  /// One graph with switches finds what two builds find, of which one keeps all other parameters.
  @Test(arguments: [
    "quantize \"*\" to i8 weights only", "quantize \"*\" to i4 group 16", "precision \"*\" bf16",
    "prune \"*.weight\" to 30%",
  ])
  func switchesFindWhatBuildsFind(statement: String) throws {
    let model = digits.appending(path: "digits.dl").path()
    let errors = try compiler([statement]).parameterErrors(model)
    let layers = ["stage1.conv", "stage2.conv", "stage3.conv", "stage4.conv", "classifier"]
    if !statement.contains("i4") { #expect(errors.keys.sorted() == layers.map { "\($0).weight" }.sorted()) }
    for layer in ["stage2.conv", "classifier"] where errors["\(layer).weight"] != nil {
      let others = layers.filter { $0 != layer }.map { "keep \"\($0).*\"" }
      // The first sixteen examples are one call.
      let first = try TemporaryImages(digits.appending(path: "images.npy"), count: 16)
      let comparison = try Comparison(
        of: .evaluated(compiler([]), path: model),
        with: .evaluated(compiler([statement] + others), path: model), examples: first.path)
      let found = try #require(errors["\(layer).weight"])
      #expect(abs(found - comparison.outputs.signalToNoise) < 0.1, "\(layer)")
    }
  }
}

/// The first rows of a file of images.
private final class TemporaryImages {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("dlc-\(UUID().uuidString).npy")
    .path

  init(_ source: URL, count: Int) throws {
    let data = try Data(contentsOf: source)
    let header = try #require(String(data: data.prefix(128), encoding: .isoLatin1))
    let changed = header.replacing("(360, ", with: "( \(count), ")
    let rows = data.dropFirst(128)
    try (Data(changed.unicodeScalars.map { UInt8($0.value) }) + rows.prefix(rows.count / 360 * count)).write(
      to: URL(filePath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension Graph {
  fileprivate var constants: [Literal] { nodes.compactMap { ($0.operation as? Constant)?.literal } }
}
