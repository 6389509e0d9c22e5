import DLGraph
import DLLoops

/// The sums of a tile, in registers. Several sums of each element may take turns, so that an addition need not wait for the
/// one before; they are added up in the end.
struct SparseSums {
  private let draft: KernelDraft
  private let buffer: BufferID
  private let height: Int
  private let width: Int
  private let turns: Int

  /// Sums that are zero.
  init(height: Int, width: Int, turns: Int, in draft: KernelDraft) {
    self.draft = draft
    self.height = height
    self.width = width
    self.turns = turns
    buffer = draft.builder.addBuffer("sums", .f32, .local(count: turns * height * width))
    for turn in 0..<turns {
      visit { row, column in
        draft.builder.store(draft.builder.floating(0, .f32), buffer, at: slot(turn, row, column))
      }
    }
  }

  /// Visits the rows and columns of the tile, the columns in vectors.
  func visit(_ body: (_ row: IntegerExpression, _ column: IntegerExpression) -> Void) {
    func row(_ i: IntegerExpression) {
      draft.emitter.vectorLoop(width, .unrolledVector) { body(i, $0) }
    }
    if height == 1 { return row(0) }
    draft.builder.loop(IntegerExpression(height), .unrolled) { row($0) }
  }

  /// Adds a product to one of the sums of an element.
  func add(
    _ a: Local, _ b: Local, to row: IntegerExpression, _ column: IntegerExpression, turn: Int
  ) {
    let place = slot(turn, row, column)
    let sum = draft.builder.load(buffer, at: place)
    draft.builder.store(draft.builder.multiplyAdd(a, b, sum), buffer, at: place)
  }

  /// The sum of an element.
  func total(_ row: IntegerExpression, _ column: IntegerExpression) -> Local {
    (1..<turns).reduce(draft.builder.load(buffer, at: slot(0, row, column))) { total, turn in
      draft.builder.binary(.add, total, draft.builder.load(buffer, at: slot(turn, row, column)))
    }
  }

  private func slot(
    _ turn: Int, _ row: IntegerExpression, _ column: IntegerExpression
  ) -> IntegerExpression {
    IntegerExpression(turn * height * width) + row * IntegerExpression(width) + column
  }
}
