import DLCodeGen
import DLCompiler
import DLRuntime
import Foundation

/// A model loaded to be measured against another one.
final class MeasuredBuild {
  private var loaded: LoadedModel
  private let folder: TemporaryDirectory?

  /// The bytes of the weights, and those of the library, in which they may be.
  var byteCounts: (weights: Int, library: Int) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: loaded.libraryPath)
    return (loaded.model.weightByteCount, (attributes?[.size] as? Int) ?? 0)
  }

  /// Builds and loads a model.
  ///
  /// - Parameter inputs: what it is called with; nil for zeros.
  convenience init(_ compiler: Compiler, _ path: String, inputs: [Tensor]? = nil) throws {
    try self.init(compiler.compile(path), inputs: inputs)
  }

  /// Loads a model that was compiled.
  init(_ compiled: CompiledModel, inputs: [Tensor]? = nil) throws {
    let folder = try TemporaryDirectory()
    let artifact = try Artifact.write(compiled, kind: .shared, to: folder.path)
    self.folder = folder
    loaded = try LoadedModel(
      library: artifact.files[0].path, name: artifact.modelName, threads: 1, inputs: inputs)
  }

  /// Loads a library.
  init(library path: String, inputs: [Tensor]) throws {
    folder = nil
    loaded = try LoadedModel(library: path, threads: 1, inputs: inputs)
  }

  /// The median times of calls, which take turns so that what else the machine does meets all alike.
  static func times(of builds: [MeasuredBuild], rounds: Int = 25) throws -> [Duration] {
    var times = [[Duration]](repeating: [], count: builds.count)
    let clock = ContinuousClock()
    for round in 0...rounds {
      for (index, build) in builds.enumerated() {
        let time = try clock.measure { try build.loaded.run() }
        // The first call meets cold caches.
        if round > 0 { times[index].append(time) }
      }
    }
    return times.map { $0.sorted()[$0.count / 2] }
  }
}
