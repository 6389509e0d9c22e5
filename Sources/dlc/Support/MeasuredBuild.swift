import DLCodeGen
import DLCompiler

/// A model built and loaded to be measured against another one.
final class MeasuredBuild {
  private var loaded: LoadedModel
  private let folder: TemporaryDirectory

  /// The bytes of the weight file.
  var weightByteCount: Int { loaded.weightByteCount }

  /// Builds and loads a model. Its inputs will be zeros.
  convenience init(_ compiler: Compiler, _ path: String) throws { try self.init(compiler.compile(path)) }

  /// Loads a model that was compiled. Its inputs will be zeros.
  init(_ compiled: CompiledModel) throws {
    folder = try TemporaryDirectory()
    loaded = try LoadedModel(compiled, entry: nil, threads: 1, folder: folder)
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
