import DLGraph
import DLLoops
import DLOperations

/// A product with a matrix of which rows of panels are stored, each as wide as vectors: the sums of a few rows by one
/// panel stay in registers while the stored rows of the panel go by, each read once for all rows of a tile.
struct SparseBlockSchedule {
  let problem: SparseProblem
  /// The rows of a tile.
  let height: Int

  /// The fewest sums that keep the arithmetic busy.
  private static let fewestSums = 8

  /// The schedule for a problem, where it is of this kind.
  init?(_ problem: SparseProblem) {
    guard problem.width > 1 else { return nil }
    self.problem = problem
    let lanes = problem.target.lanes(of: .f32)
    let vectors = (problem.width + lanes - 1) / lanes
    let most = max(1, min(12, (problem.target.vectorRegisterCount - 4) / vectors))
    height = min(most, max(problem.shape[0].constantValue ?? most, 1))
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(problem.body, symbols: problem.symbols)
    let panels = IntegerExpression(problem.panelCount)
    let rows = AxisTiling(problem.shape[0], length: height, balances: true)
    draft.builder.grid(rows.count * panels, grain: problem.grain(rows: height, panels: 1)) { iteration in
      let panel = iteration.modulo(panels)
      rows.emit(iteration.floorDivided(by: panels), in: draft.emitter) { row, count in
        emit(panel, row: row, height: count, in: draft)
      }
    }
    return draft.builder.finish()
  }

  /// Emits the tile of some rows and a panel.
  private func emit(
    _ panel: IntegerExpression, row: IntegerExpression, height: Int, in draft: KernelDraft
  ) {
    if height == 0 { return }
    let read = draft.emitter.reader(for: problem.anchor)
    let turns = max(1, Self.fewestSums / height)
    let sums = SparseSums(height: height, width: problem.width, turns: turns, in: draft)
    problem.visitSteps(of: panel, turns: turns, in: draft) { step, position, turn in
      sums.visit { i, column in
        sums.add(read(0, at: [row + i, position]), read(1, at: [step, column]), to: i, column, turn: turn)
      }
    }
    sums.visit { i, column in
      let place = [row + i, panel * IntegerExpression(problem.width) + column]
      problem.finish(place, sums.total(i, column), in: draft)
    }
  }
}
