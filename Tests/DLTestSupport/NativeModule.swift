import DLCodeGen
import DLCompiler
import DLGraph
import DLLoops
import DLLowering
import DLRuntime
import DLTransforms
import Foundation

/// A module as native code, loaded into this process.
public final class NativeModule {
  private let module: Module
  private let session: Session
  private let folder: URL

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
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("dlc-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let artifact = try Artifact.write(code, kind: .shared, to: folder.path)
    session = Session(
      try Model(path: artifact.files[0].path, name: module.name), pool: try ThreadPool(threads: threads))
    self.module = module
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The outputs of an entry, in order.
  public func run(_ entry: String, _ inputs: [Literal]) throws -> [Literal] {
    guard let graph = module.graphs.first(where: { $0.name == entry }) else { return [] }
    let names = graph.inputs.filter { $0.role == .tensor }.map(\.name)
    let arguments = Dictionary(uniqueKeysWithValues: zip(names, inputs.map(Tensor.init)))
    let results = try session.run(entry, arguments)
    return graph.outputs.filter { $0.role == .tensor }.compactMap { results[$0.name].map(Literal.init) }
  }
}

extension Tensor {
  public init(_ literal: Literal) {
    let types = Dictionary(uniqueKeysWithValues: Tensor.ElementType.allCases.map { ("\($0)", $0) })
    self.init(zeros: literal.shape, types["\(literal.elementType)"] ?? .f32)
    withUnsafeMutableBytes { target in
      literal.withUnsafeBytes { if !$0.isEmpty { target.copyMemory(from: $0) } }
    }
  }
}

extension Literal {
  public init(_ tensor: Tensor) {
    self.init(DLGraph.ElementType(rawValue: "\(tensor.elementType)") ?? .f32, shape: tensor.shape) { target in
      tensor.withUnsafeBytes { source in
        if !target.isEmpty {
          target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(target.count)))
        }
      }
    }
  }
}
