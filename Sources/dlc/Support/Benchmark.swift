import DLCompiler
import DLRuntime

/// Measures the calls of a compiled model in this process.
struct Benchmark {
  let compiler: Compiler
  let entry: String?
  let threads: Int
  let repeats: Int

  /// Compiles, loads and calls the model, and says how long each took.
  func run(_ path: String) throws -> String {
    let folder = try TemporaryDirectory()
    let clock = ContinuousClock()
    let start = clock.now
    let compiled = try compiler.compile(path)
    let built = clock.now
    var loaded = try LoadedModel(compiled, entry: entry, threads: threads, folder: folder)
    let ready = clock.now
    let times = try loaded.times(repeats: repeats)
    let name = "\(loaded.model.name).\(loaded.entry.name)"
    return """
      \(name), \(threads) thread\(threads == 1 ? "" : "s"), \(repeats) calls
        median \(times[times.count / 2]), fastest \(times[0]), slowest \(times[times.count - 1])
        compiled in \(built - start), written and loaded in \(ready - built), workspace \(loaded.entry.workspaceByteCount) bytes
      """
  }
}
