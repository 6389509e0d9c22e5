import DLCompiler
import DLRuntime
import Foundation

/// Measures the calls of a compiled model in this process.
struct Benchmark {
  let compiler: Compiler
  let entry: String?
  let threads: Int
  let repeats: Int

  /// Compiles, loads and calls the model, and says how long each took.
  func run(_ path: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dlc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let clock = ContinuousClock()
    let start = clock.now
    let artifact = try compiler.build(path, kind: .shared, output: folder.path)
    let compiled = clock.now
    let model = try Model(path: artifact.files[0].path, name: artifact.modelName)
    let loaded = clock.now
    let entry = try model.entry(self.entry ?? model.entries[0].name)
    var inputs: [Tensor] = []
    for input in entry.inputs {
      inputs.append(Tensor(zeros: try input.fixedShape(), input.elementType))
    }
    let session = Session(model, pool: try ThreadPool(threads: threads))
    let call = try session.prepare(entry.name, inputs: inputs)
    var outputs = call.makeOutputs()
    try call.run(inputs, into: &outputs)
    var times: [Duration] = []
    for _ in 0..<repeats {
      let before = clock.now
      try call.run(inputs, into: &outputs)
      times.append(clock.now - before)
    }
    times.sort()
    return """
      \(model.name).\(entry.name), \(threads) thread\(threads == 1 ? "" : "s"), \(repeats) calls
        median \(times[times.count / 2]), fastest \(times[0]), slowest \(times[times.count - 1])
        compiled in \(compiled - start), loaded in \(loaded - compiled), workspace \(entry.workspaceByteCount) bytes
      """
  }
}

extension TensorDescription {
  /// The shape, where no dimension is open.
  fileprivate func fixedShape() throws -> [Int] {
    try dimensions.map { dimension in
      guard case .fixed(let extent) = dimension else {
        throw CompilerError.failure(
          "input '\(name)' is \(typeText): fix its open dimensions with --fix name=value")
      }
      return extent
    }
  }
}
