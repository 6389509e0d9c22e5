import DLGraph
import DLLoops
import DLOperations

/// The statements of one tile of a `GroupedProductSchedule`.
struct GroupedProductTile {
  let schedule: GroupedProductSchedule
  let draft: KernelDraft
  let panel: IntegerExpression

  private var builder: KernelBuilder { draft.builder }
  private var form: GroupedProductForm { schedule.form }
  private var width: IntegerExpression { IntegerExpression(schedule.blocking.width) }
  private var groups: IntegerExpression { IntegerExpression(form.groups) }
  private var count: IntegerExpression { IntegerExpression(form.count) }
  private var result: ValueID { form.anchor.results[0] }

  /// Computes the rows from `row` on, as many as the constant height.
  func emit(row: IntegerExpression, height: Int) {
    let totals = builder.addBuffer("totals", .f32, .local(count: height * schedule.blocking.width))
    let excess = builder.addBuffer("excess", .i32, .local(count: height * form.groups))
    let sums = builder.addBuffer("sums", .i32, .local(count: height * schedule.blocking.width))
    builder.loop(IntegerExpression(height)) { i in
      builder.loop(groups) { group in sumExcess(row + i, group, excess, at: i * groups + group) }
    }
    cells(height) { _, _, slot in builder.store(builder.constant(0, .f32), totals, at: slot) }
    builder.loop(groups) { group in
      cells(height) { i, _, slot in
        builder.store(builder.load(excess, at: i * groups + group), sums, at: slot)
      }
      builder.loop(IntegerExpression(schedule.blocking.words), .unrolled) { word in
        add(word, of: group, row, height, sums)
      }
      cells(height) { i, j, slot in
        let sum = builder.convert(builder.load(sums, at: slot), to: .f32)
        let left = builder.load(draft.inputs[form.leftScales].buffer, at: (row + i) * groups + group)
        let place = (panel * groups + group) * width + j
        let right = builder.convert(builder.load(draft.inputs[form.rightScales].buffer, at: place), to: .f32)
        let total = builder.multiplyAdd(
          builder.binary(.multiply, sum, left), right, builder.load(totals, at: slot))
        builder.store(total, totals, at: slot)
      }
    }
    cells(height) { i, j, slot in store(builder.load(totals, at: slot), row + i, panel * width + j) }
  }

  // MARK: Sums

  /// `-zero` times the sum of the left factors of a group.
  private func sumExcess(
    _ row: IntegerExpression, _ group: IntegerExpression, _ excess: BufferID, at slot: IntegerExpression
  ) {
    builder.store(builder.constant(0, .i32), excess, at: slot)
    builder.loop(count, .vector) { term in
      let value = builder.load(draft.inputs[form.left].buffer, at: (row * groups + group) * count + term)
      builder.accumulate(.sum, builder.convert(value, to: .i32), excess, at: slot)
    }
    let sum = builder.binary(.multiply, builder.load(excess, at: slot), builder.integer(-form.zero, .i32))
    builder.store(sum, excess, at: slot)
  }

  /// Adds the products of the terms in one word of weights for each column.
  private func add(
    _ word: IntegerExpression, of group: IntegerExpression, _ row: IntegerExpression, _ height: Int,
    _ sums: BufferID
  ) {
    let line = (panel * groups + group) * IntegerExpression(schedule.blocking.words) + word
    cells(height) { i, j, slot in
      let weights = builder.load(draft.inputs[form.right].buffer, at: line * width + j)
      var sum = builder.load(sums, at: slot)
      for (part, bytes) in unsigned(weights).enumerated() {
        let term = word * 4 + IntegerExpression(part * form.byteCount)
        let place = ((row + i) * groups + group) * count + term
        let factors = builder.loadWord(draft.inputs[form.left].buffer, at: place)
        sum = builder.dotProduct(product, bytes, factors, sum)
      }
      builder.store(sum, sums, at: slot)
    }
  }

  /// Four bits times a byte twice stay within 16 bits.
  private var product: DotProduct { form.encoding == .halfBytes ? .boundedBytes : .bytes }

  /// The weights in a word, as words of unsigned bytes.
  private func unsigned(_ word: Local) -> [Local] {
    switch form.encoding {
    case .bytes: return [builder.binary(.xor, word, builder.integer(-0x7f7f_7f80, .i32))]
    case .halfBytes:
      let mask = builder.integer(0x0f0f_0f0f, .i32)
      let upper = builder.binary(.shiftRight, word, builder.integer(4, .i32))
      return [builder.binary(.and, word, mask), builder.binary(.and, upper, mask)]
    }
  }

  // MARK: Results

  /// Computes and stores what follows from one element.
  private func store(_ total: Local, _ row: IntegerExpression, _ column: IntegerExpression) {
    let isWhole = form.columns % schedule.blocking.width == 0
    let mask = isWhole ? nil : builder.isInRange(column, 0, IntegerExpression(form.columns))
    draft.finish(result, with: total, at: [row, column], of: schedule.shape, mask: mask)
  }

  /// Visits the elements of the tile: `body` gets the row, the column and the position in a buffer of the tile.
  private func cells(
    _ height: Int,
    _ body: (_ row: IntegerExpression, _ column: IntegerExpression, _ slot: IntegerExpression) -> Void
  ) {
    func columns(_ row: IntegerExpression) {
      draft.emitter.vectorLoop(schedule.blocking.width, .unrolledVector) { body(row, $0, row * width + $0) }
    }
    if height == 1 { return columns(0) }
    builder.loop(IntegerExpression(height), .unrolled) { columns($0) }
  }
}
