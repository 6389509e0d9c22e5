import DLCodeGen
import DLCompiler
import DLGraph
import DLLoops
import DLLowering
import DLRuntime
import DLTransforms

/// A module as native code, loaded into this process.
public final class NativeModule {
  private let module: Module
  private let session: Session
  private let folder: TemporaryDirectory

  /// Compiles and loads a module whose parameters are bound.
  ///
  /// - Parameters:
  ///   - passes: what is done to the graphs first.
  ///   - options: what is decided about the kernels.
  public init(
    _ module: Module, passes: [any Pass] = Pipeline.standard, target: TargetDescription = .host,
    threads: Int = 1, options: LoweringOptions = LoweringOptions()
  ) throws {
    var optimized = module
    try PassManager(passes: passes, context: PassContext(target: target)).run(on: &optimized)
    let program = try Program(lowering: optimized, for: target, options: options)
    let code = try CodeGenerator(target: target).emit(program)
    folder = try TemporaryDirectory()
    let artifact = try Artifact.write(code, kind: .shared, to: folder.path)
    session = Session(
      try Model(path: artifact.files[0].path, name: module.name), pool: try ThreadPool(threads: threads))
    self.module = module
  }

  /// The outputs of an entry, in order.
  public func run(_ entry: String, _ inputs: [Literal]) throws -> [Literal] {
    guard let graph = module.graphs.first(where: { $0.name == entry }) else { return [] }
    let names = graph.inputs.filter { $0.role == .tensor }.map(\.name)
    let arguments = Dictionary(uniqueKeysWithValues: zip(names, inputs.map(Tensor.init)))
    let results = try session.run(entry, arguments)
    return graph.outputs.filter { $0.role == .tensor }.compactMap { results[$0.name].map(Literal.init) }
  }
}
