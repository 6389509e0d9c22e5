import DLCodeGen
import DLCompiler
import DLLowering

/// Measures the ways to compute the kernels of a model, and remembers the fastest.
struct Tuner {
  let compiler: Compiler
  /// The number of times that each way is measured, in turns.
  var rounds = 5
  /// How much faster than what the cost model chose a way must be: less is noise.
  var least = 1.03

  /// Fills a database with choices for what it has none for yet. They are measured on this machine, on one thread.
  func tune(_ path: String, _ database: inout TuningDatabase, _ progress: (_ line: String) -> Void) throws {
    let problems = try compiler.tuningProblems(path)
    for (index, problem) in problems.enumerated() {
      progress(
        "tuning \(index + 1) of \(problems.count): \(problem.candidates.count) ways for \(problem.key)")
      database.set(try fastest(problem), for: problem.key, on: compiler.target)
    }
  }

  private func fastest(_ problem: TuningProblem) throws -> TileChoice {
    var builds: [MeasuredBuild] = []
    for choice in problem.candidates {
      builds.append(try MeasuredBuild(try compiler.compile(problem, with: choice)))
    }
    let times = try MeasuredBuild.times(of: builds, rounds: rounds)
    guard let best = times.indices.min(by: { times[$0] < times[$1] }) else { return problem.candidates[0] }
    return times[best] * least < times[0] ? problem.candidates[best] : problem.candidates[0]
  }
}
