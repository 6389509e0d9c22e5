import DLGraph
import DLLoops
import DLOperations

/// A group around the product of rows with a matrix of which only parts are stored.
struct SparseProblem {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  let anchor: Node
  let operation: SparseContract
  /// The shape of the result: `[M, N]`.
  let shape: [IntegerExpression]
  /// The number of columns of a panel.
  let width: Int
  /// The number of stored rows of panels.
  let storedCount: Int

  /// The number of multiplications worth handing to another thread.
  static let grain = 32768

  /// The problem of a group, where it is of this kind.
  init?(_ body: Graph, target: TargetDescription, symbols: [Symbol]) {
    guard let anchor = body.onlyReduction, let operation = anchor.operation as? SparseContract,
      body.isAligned(after: anchor.results[0]),
      let width = body.type(of: anchor.operands[1]).shape[1].constantValue,
      let storedCount = body.type(of: anchor.operands[1]).shape[0].constantValue
    else { return nil }
    self.body = body
    self.target = target
    self.symbols = symbols
    self.anchor = anchor
    self.operation = operation
    self.width = width
    self.storedCount = storedCount
    shape = body.type(of: anchor.results[0]).shape
  }

  var panelCount: Int { (operation.columns + width - 1) / width }

  /// The number of terms of each sum.
  var depth: IntegerExpression { body.type(of: anchor.operands[0]).shape[1] }

  /// The grain of a grid whose iterations compute so many rows of so many panels.
  func grain(rows: Int, panels: Int) -> Int {
    let work = storedCount * width * rows * panels / max(panelCount, 1)
    return max(1, Self.grain / max(work, 1))
  }

  /// The first stored row of a panel, and the end.
  func bounds(
    of panel: IntegerExpression, in draft: KernelDraft
  ) -> (start: IntegerExpression, end: IntegerExpression) {
    let read = draft.emitter.reader(for: anchor)
    let count = IntegerExpression(storedCount)
    return (
      draft.builder.bind(read(3, at: [panel]), upper: count),
      draft.builder.bind(read(3, at: [panel + 1]), upper: count)
    )
  }

  /// The place in the matrix of a stored row.
  func position(of step: IntegerExpression, in draft: KernelDraft) -> IntegerExpression {
    draft.builder.bind(draft.emitter.reader(for: anchor)(2, at: [step]), upper: depth - 1)
  }

  /// Emits `body` for each stored row of a panel: which it is, its place in the matrix, and whose turn it is of sums that
  /// are added up in the end.
  func visitSteps(
    of panel: IntegerExpression, turns: Int, in draft: KernelDraft,
    _ body: (_ step: IntegerExpression, _ position: IntegerExpression, _ turn: Int) -> Void
  ) {
    let (start, end) = bounds(of: panel, in: draft)
    func visit(_ step: IntegerExpression, _ turn: Int) {
      body(step, position(of: step, in: draft), turn)
    }
    let count = (end - start).floorDivided(by: IntegerExpression(turns))
    draft.builder.loop(count) { block in
      for turn in 0..<turns {
        visit(start + block * IntegerExpression(turns) + IntegerExpression(turn), turn)
      }
    }
    if turns == 1 { return }
    draft.builder.loop(end - start - count * IntegerExpression(turns)) { rest in
      visit(start + count * IntegerExpression(turns) + rest, 0)
    }
  }

  /// Computes what follows from the sum at some indices, and stores it, where the result has such an element.
  func finish(_ indices: [IntegerExpression], _ sum: Local, in draft: KernelDraft) {
    let mask = draft.builder.isInRange(indices[1], 0, shape[1])
    draft.finish(anchor.results[0], with: sum, at: indices, of: shape, mask: mask)
  }
}
