import DLCodeGen
import DLGraph
import DLLoops
import DLLowering
import DLRuntime
import DLTransforms
import Foundation

/// Runs graphs as machine code of this machine, where that is worth compiling them.
struct NativeExecutor: GraphExecutor {
  /// The least work, in arithmetic operations, for which compiling takes less time than interpreting.
  private static let threshold = 2_000_000_000

  func prepare(_ graph: Graph, exampleCount: Int) throws -> any PreparedGraph {
    let work = graph.operationCount.upperBound ?? .max
    let batch = graph.inputs.first.map { graph.type(of: $0.value) }?.shape.first
    let perExample = work / max(1, batch?.upperBound ?? 1)
    guard perExample.multipliedSaturated(exampleCount) >= Self.threshold,
      graph.hasBoundedValues
    else { return Interpreter().prepare(graph, exampleCount: exampleCount) }
    return try NativeGraph(graph)
  }
}

/// A graph as a library that was compiled and loaded into this process.
private final class NativeGraph: PreparedGraph {
  private let session: Session
  private let entry: String
  private let folder: TemporaryDirectory

  init(_ graph: Graph) throws {
    var module = Module(name: "Calibration", graphs: [graph])
    try PassManager(context: PassContext(target: .host)).run(on: &module)
    let program = try Program(lowering: module, for: .host)
    let compiled = try CodeGenerator(target: .host).emit(program, options: CodeGenerator.Options())
    folder = try TemporaryDirectory()
    let artifact = try Artifact.write(compiled, kind: .shared, to: folder.path)
    let model = try Model(path: artifact.files[0].path, name: artifact.modelName)
    entry = graph.name
    let threads = ProcessInfo.processInfo.activeProcessorCount
    session = Session(model, pool: threads > 1 ? try ThreadPool(threads: threads) : nil)
  }

  func run(_ inputs: [Literal]) throws -> [Literal] {
    try session.run(entry, inOrder: inputs.map(Tensor.init)).map(Literal.init)
  }
}

extension Graph {
  /// Whether the memory for all values can be planned.
  fileprivate var hasBoundedValues: Bool {
    nodes.allSatisfy { $0.results.allSatisfy { type(of: $0).shape.allSatisfy { $0.upperBound != nil } } }
  }
}
