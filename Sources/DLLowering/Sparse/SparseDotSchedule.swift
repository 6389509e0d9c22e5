import DLGraph
import DLLoops
import DLOperations

/// A product of few rows with a matrix of which single elements are stored, column by column: those of a column in
/// vectors, with the terms that belong to them gathered from the rows.
struct SparseDotSchedule {
  let problem: SparseProblem
  private let rows: Int

  /// The schedule for a problem, where it is of this kind.
  init?(_ problem: SparseProblem) {
    guard problem.width == 1, Contract.hasFewRows(problem.shape[0]), let rows = problem.shape[0].constantValue
    else { return nil }
    self.problem = problem
    self.rows = rows
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(problem.body, symbols: problem.symbols)
    let builder = draft.builder
    let read = draft.emitter.reader(for: problem.anchor)
    builder.grid(problem.shape[1], grain: problem.grain(rows: rows, panels: 1)) { column in
      let (start, end) = problem.bounds(of: column, in: draft)
      let sums = (0..<rows).map { _ in builder.addBuffer("sum", .f32, .local(count: 1)) }
      for sum in sums { builder.store(builder.floating(0, .f32), sum, at: 0) }
      builder.loop(end - start, .vector) { index in
        let step = start + index
        let position = problem.position(of: step, in: draft)
        let factor = read(1, at: [step, 0])
        for (row, sum) in sums.enumerated() {
          let term = read(0, at: [IntegerExpression(row), position])
          builder.accumulate(.sum, builder.binary(.multiply, term, factor), sum, at: 0)
        }
      }
      for (row, sum) in sums.enumerated() {
        problem.finish([IntegerExpression(row), column], builder.load(sum, at: 0), in: draft)
      }
    }
    return builder.finish()
  }
}
