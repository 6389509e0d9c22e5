import DLCodeGen
import DLGraph
import DLRuntime
import DLTransforms
import Foundation

/// A graph as a library that is loaded into this process, with all threads that the machine has.
final class NativeGraph: PreparedGraph {
  private let session: Session
  private let entry: String
  /// Where the library lies; nil where it belongs to somebody else.
  private let folder: TemporaryDirectory?

  /// The first entry point of a model that was compiled.
  convenience init(_ compiled: CompiledModel) throws {
    let folder = try TemporaryDirectory()
    let artifact = try Artifact.write(compiled, kind: .shared, to: folder.path)
    let model = try Model(path: artifact.files[0].path, name: artifact.modelName)
    try self.init(model, entry: model.entries[0].name, folder: folder)
  }

  /// An entry point of a model that was loaded.
  init(_ model: Model, entry: String, folder: TemporaryDirectory? = nil) throws {
    let threads = ProcessInfo.processInfo.activeProcessorCount
    session = Session(model, pool: threads > 1 ? try ThreadPool(threads: threads) : nil)
    self.entry = entry
    self.folder = folder
  }

  func run(_ inputs: [Literal]) throws -> [Literal] {
    try session.run(entry, inOrder: inputs.map(Tensor.init)).map(Literal.init)
  }
}
