import DLCodeGen
import DLCompiler
import DLLowering
import Foundation

/// Measures the ways to compute the kernels of a model, and remembers the fastest.
struct Tuner {
  let compiler: Compiler
  /// The number of times that each way is measured, in turns.
  var rounds = 5
  /// How much faster than what the cost model chose a way must be: less is noise.
  var least = 1.03

  /// How far it has come, as a line with a bar.
  struct Advance: CustomStringConvertible {
    var done = 0
    let count: Int
    /// The kernels for which another way was faster than what the cost model chose.
    var changed = 0
    /// The most that such a way gained.
    var greatestGain = 1.0

    private static let width = 24

    var description: String {
      let filled = count == 0 ? Self.width : Self.width * done / count
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
      let gain = changed == 0 ? "" : String(format: ", up to %.2f times as fast", greatestGain)
      return "tuning [\(bar)] \(done) of \(count) kernels, \(changed) changed\(gain)"
    }
  }

  /// Fills a database with choices for what it has none for yet. They are measured on this machine, on one thread.
  ///
  /// - Parameter progress: called before the first and after each kernel with what is known then, so that nothing is lost
  ///   where this is interrupted.
  func tune(
    _ path: String, _ database: inout TuningDatabase,
    _ progress: (Advance, TuningDatabase) throws -> Void
  ) throws {
    let problems = try compiler.tuningProblems(path)
    var advance = Advance(count: problems.count)
    if !problems.isEmpty { try progress(advance, database) }
    for problem in problems {
      let (choice, gain) = try fastest(problem)
      database.set(choice, for: problem.key, on: compiler.target)
      advance.done += 1
      if gain > 1 { advance.changed += 1 }
      advance.greatestGain = max(advance.greatestGain, gain)
      try progress(advance, database)
    }
  }

  /// The fastest way, and how many times as fast it is as what the cost model chose.
  private func fastest(_ problem: TuningProblem) throws -> (TileChoice, gain: Double) {
    var (choices, builds): ([TileChoice], [MeasuredBuild]) = ([], [])
    for choice in problem.candidates {
      do {
        builds.append(try MeasuredBuild(try compiler.compile(problem, with: choice)))
        choices.append(choice)
      } catch  where !builds.isEmpty {
        // A way that can't be compiled is none; without the first there is nothing to compare with.
      }
    }
    let times = try MeasuredBuild.times(of: builds, rounds: rounds)
    guard let best = times.indices.min(by: { times[$0] < times[$1] }), times[best] * least < times[0] else {
      return (problem.candidates[0], 1)
    }
    return (choices[best], times[0] / times[best])
  }
}
