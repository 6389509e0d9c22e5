import DLCompiler
import Foundation

/// What the machine can do, found by running compiled code that does little else.
struct MachinePeak {
  /// Multiply-adds in f32, each counting as two operations, in a second: of a matrix product that stays in cache.
  let operations: Double
  /// Bytes read from memory in a second: by the sums of the rows of a large matrix.
  let bandwidth: Double

  init(threads: Int) throws {
    let product =
      "(x: f32[\(140 * threads), 256], w: f32[256, 256]) -> f32[\(140 * threads), 256] { return x @ w }"
    operations = try Self.rate(of: 2 * 140 * 256 * 256 * Double(threads), product, threads, repeats: 400)
    let sums = "(x: f32[8192, 8192]) -> f32[8192] { return x.sum(axis: -1) }"
    bandwidth = try Self.rate(of: 4 * 8192 * 8192, sums, threads, repeats: 5)
  }

  /// An amount divided by the least time of a function.
  private static func rate(
    of amount: Double, _ function: String, _ threads: Int, repeats: Int
  ) throws -> Double {
    let folder = try TemporaryDirectory()
    let source = folder.path + "/peak.dl"
    let text = "model Peak {\n  func forward\(function)\n}\n"
    try text.write(toFile: source, atomically: true, encoding: .utf8)
    var loaded = try LoadedModel(Compiler().compile(source), entry: nil, threads: threads, folder: folder)
    let least = try loaded.times(repeats: repeats)[0].components
    return amount / (Double(least.seconds) + 1e-18 * Double(least.attoseconds))
  }
}
