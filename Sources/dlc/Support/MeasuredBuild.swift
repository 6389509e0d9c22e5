import DLCompiler
import DLRuntime
import Foundation

/// A model built and loaded to be measured against another one.
final class MeasuredBuild {
  /// The bytes of the weight file.
  let weightByteCount: Int
  private let folder: URL
  private let call: PreparedCall
  private let inputs: [Tensor]
  private var outputs: [Tensor]

  /// Builds and loads a model. Its inputs will be zeros.
  init(_ compiler: Compiler, _ path: String) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("dlc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let artifact = try compiler.build(path, kind: .shared, output: folder.path)
    weightByteCount = artifact.files.first { $0.path.hasSuffix(".dlw") }?.byteCount ?? 0
    let model = try Model(path: artifact.files[0].path, name: artifact.modelName)
    let entry = model.entries[0]
    inputs = try entry.inputs.map { input in
      Tensor(
        zeros: try input.dimensions.map { dimension in
          guard case .fixed(let extent) = dimension else {
            throw CompilerError.failure(
              "input '\(input.name)' is \(input.typeText): fix its open dimensions with --fix name=value")
          }
          return extent
        }, input.elementType)
    }
    call = try Session(model, pool: try ThreadPool(threads: 1)).prepare(entry.name, inputs: inputs)
    outputs = call.makeOutputs()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The median times of calls, which take turns so that what else the machine does meets all alike.
  static func times(of builds: [MeasuredBuild], rounds: Int = 25) throws -> [Duration] {
    var times = [[Duration]](repeating: [], count: builds.count)
    let clock = ContinuousClock()
    for round in 0...rounds {
      for (index, build) in builds.enumerated() {
        let start = clock.now
        try build.call.run(build.inputs, into: &build.outputs)
        // The first call meets cold caches.
        if round > 0 { times[index].append(clock.now - start) }
      }
    }
    return times.map { $0.sorted()[$0.count / 2] }
  }
}
