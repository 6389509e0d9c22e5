import DLGraph
import DLLoops
import DLOperations

/// A product of rows with a matrix of which only some parts are stored: the sums of a few rows by one panel of columns
/// stay in registers while the stored rows of the panel go by.
///
/// Each of them is read once for all rows of a tile. Where a tile has few rows, several sums of each take turns, so that an
/// addition need not wait for the one before.
struct SparseSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  let anchor: Node
  let operation: SparseContract
  /// The shape of the result: `[M, N]`.
  let shape: [IntegerExpression]
  /// The number of columns of a panel.
  let width: Int
  /// The rows of a tile.
  let height: Int

  /// The number of multiplications worth handing to another thread.
  private static let grain = 32768

  /// The schedule for a group, where it is of this kind.
  init?(_ body: Graph, target: TargetDescription, symbols: [Symbol]) {
    guard let anchor = body.onlyReduction, let operation = anchor.operation as? SparseContract,
      body.isAligned(after: anchor.results[0]),
      let width = body.type(of: anchor.operands[1]).shape[1].constantValue
    else { return nil }
    self.body = body
    self.target = target
    self.symbols = symbols
    self.anchor = anchor
    self.operation = operation
    self.width = width
    shape = body.type(of: anchor.results[0]).shape
    let vectors = (width + target.lanes(of: .f32) - 1) / target.lanes(of: .f32)
    let most = max(1, min(12, (target.vectorRegisterCount - 4) / max(vectors, 1)))
    height = min(most, shape[0].constantValue ?? most)
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let panels = IntegerExpression((operation.columns + width - 1) / width)
    let rows = AxisTiling(shape[0], length: max(height, 1), balances: true)
    let steps = body.type(of: anchor.operands[1]).shape[0].constantValue ?? 0
    let work = max(1, steps * width * height * width / max(operation.columns, 1))
    draft.builder.grid(rows.count * panels, grain: max(1, Self.grain / work)) { iteration in
      let panel = iteration.modulo(panels)
      rows.emit(iteration.floorDivided(by: panels), in: draft.emitter) { row, count in
        emit(draft, panel: panel, row: row, height: count)
      }
    }
    return draft.builder.finish()
  }

  /// Emits the tile of some rows and a panel.
  private func emit(_ draft: KernelDraft, panel: IntegerExpression, row: IntegerExpression, height: Int) {
    let builder = draft.builder
    let read = draft.emitter.reader(for: anchor)
    let types = read.types
    let turns = max(1, 8 / height)
    let sums = builder.addBuffer("sums", .f32, .local(count: turns * height * width))
    visit(draft, turns * height) { row, column in
      builder.store(builder.floating(0, .f32), sums, at: row * IntegerExpression(width) + column)
    }
    let start = builder.bind(read(3, at: [panel]), upper: types[1].shape[0])
    let end = builder.bind(read(3, at: [panel + 1]), upper: types[1].shape[0])
    func add(_ step: IntegerExpression, to turn: Int) {
      let position = builder.bind(read(2, at: [step]), upper: types[0].shape[1] - 1)
      visit(draft, height) { i, column in
        let slot = (IntegerExpression(turn * height) + i) * IntegerExpression(width) + column
        let factor = read(0, at: [row + i, position])
        let sum = builder.multiplyAdd(factor, read(1, at: [step, column]), builder.load(sums, at: slot))
        builder.store(sum, sums, at: slot)
      }
    }
    let count = (end - start).floorDivided(by: IntegerExpression(turns))
    builder.loop(count) { block in
      for turn in 0..<turns {
        add(start + block * IntegerExpression(turns) + IntegerExpression(turn), to: turn)
      }
    }
    if turns > 1 {
      builder.loop(end - start - count * IntegerExpression(turns)) { rest in
        add(start + count * IntegerExpression(turns) + rest, to: 0)
      }
    }
    visit(draft, height) { i, column in
      let slot = i * IntegerExpression(width) + column
      let total = (1..<turns).reduce(builder.load(sums, at: slot)) { total, turn in
        builder.binary(
          .add, total, builder.load(sums, at: slot + IntegerExpression(turn * height * width)))
      }
      finish(draft, [row + i, panel * IntegerExpression(width) + column], total)
    }
  }

  /// Computes what follows from a sum, and stores it.
  private func finish(_ draft: KernelDraft, _ indices: [IntegerExpression], _ sum: Local) {
    let mask = draft.builder.isInRange(indices[1], 0, shape[1])
    // The group was checked to use the result only at its own position.
    draft.emitter.provide(anchor.results[0]) { _, _ in sum }
    for (output, tensor) in zip(body.storedOutputs, draft.outputs) {
      let place = IndexSpace.reshaped(indices, from: shape, to: body.type(of: output.value).shape)
      let value = draft.emitter.element(output.value, at: place, mask: mask)
      draft.builder.store(value, tensor.buffer, at: tensor.offset(of: output.indices(of: place)), mask: mask)
    }
    draft.emitter.withdraw(anchor.results[0])
  }

  /// Visits the elements of some rows of sums, in vectors.
  private func visit(
    _ draft: KernelDraft, _ height: Int,
    _ body: (_ row: IntegerExpression, _ column: IntegerExpression) -> Void
  ) {
    func row(_ i: IntegerExpression) {
      draft.emitter.vectorLoop(width, .unrolledVector) { body(i, $0) }
    }
    if height == 1 { row(0) } else { draft.builder.loop(IntegerExpression(height), .unrolled) { row($0) } }
  }
}
