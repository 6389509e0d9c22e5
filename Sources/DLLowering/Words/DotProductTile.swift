import DLGraph
import DLLoops
import DLOperations

/// The statements of one tile of a `DotProductSchedule`.
struct DotProductTile {
  let schedule: DotProductSchedule
  let draft: KernelDraft
  let panel: IntegerExpression
  /// The indices of the tile in the axes that are neither rows nor columns.
  let indices: [IntegerExpression]

  private var builder: KernelBuilder { draft.builder }
  private var form: DotProductForm { schedule.form }
  private var blocking: WordBlocking { schedule.blocking }
  private var width: IntegerExpression { IntegerExpression(blocking.width) }
  private var column: IntegerExpression { panel * width }
  private var weights: BufferID { draft.inputs[form.right].buffer }

  /// Computes the rows from `row` on, as many as the constant height.
  func emit(row: IntegerExpression, height: Int) {
    let type = form.product.sum
    let sums = builder.addBuffer("tile", type, .local(count: height * blocking.width))
    rows(height) { i in
      vectors { j in builder.store(firstSum(j), sums, at: i * width + j) }
    }
    draft.emitter.nest(form.outer.map { ($0.upper ?? 0) + 1 }) { outer in
      let ordinal = IndexSpace.linearized(outer, form.outer.map { ($0.upper ?? 0) + 1 })
      words { word in
        let line = ordinal * IntegerExpression(blocking.words) + word + (blocking.hasOffset ? 1 : 0)
        rows(height) { i in
          let left = leftWord(row + i, outer, word)
          vectors { j in
            let right = builder.load(
              weights, at: (panel * IntegerExpression(blocking.rows) + line) * width + j)
            let sum = builder.load(sums, at: i * width + j)
            builder.store(builder.dotProduct(schedule.product, left, right, sum), sums, at: i * width + j)
          }
        }
      }
    }
    splitColumns { isWhole in
      rows(height) { i in
        vectors { j in store(builder.load(sums, at: i * width + j), row + i, column + j, isWhole: isWhole) }
      }
    }
  }

  // MARK: Sums

  /// What a sum begins with.
  private func firstSum(_ j: IntegerExpression) -> Local {
    blocking.hasOffset
      ? builder.load(weights, at: panel * IntegerExpression(blocking.rows) * width + j)
      : builder.constant(0, form.product.sum)
  }

  /// The left factors of one word of terms. They are the same for all columns of the tile.
  private func leftWord(
    _ row: IntegerExpression, _ outer: [IntegerExpression], _ word: IntegerExpression
  ) -> Local {
    var places = indices
    if let axis = form.rowAxis { places[axis] = row }
    places[places.count - 1] = column
    let symbols = Dictionary(uniqueKeysWithValues: zip(form.result + form.outer, places + outer))
    let offset = form.offset.substituting(symbols) + blocking.start(of: word)
    let value = builder.loadWord(draft.inputs[form.left].buffer, at: offset)
    guard form.isShifted else { return value }
    return builder.binary(.xor, value, builder.integer(-0x7f7f_7f80, .i32))
  }

  private func words(_ body: (IntegerExpression) -> Void) {
    if blocking.words == 1 { return body(0) }
    builder.loop(IntegerExpression(blocking.words)) { body($0) }
  }

  // MARK: Results

  /// Computes and stores what follows from one sum.
  private func store(_ sum: Local, _ row: IntegerExpression, _ column: IntegerExpression, isWhole: Bool) {
    var places = indices
    if let axis = form.rowAxis { places[axis] = row }
    places[places.count - 1] = column
    let mask = isWhole ? nil : builder.isInRange(column, 0, schedule.shape[places.count - 1])
    let value = builder.convert(sum, to: schedule.body.type(of: schedule.result).elementType)
    draft.finish(schedule.result, with: value, at: places, of: schedule.shape, mask: mask)
  }

  /// Emits `body` for a panel that lies within the columns, and for the last one where it does not.
  private func splitColumns(_ body: (_ isWhole: Bool) -> Void) {
    if blocking.columns.extent % blocking.width == 0 { return body(true) }
    if blocking.panels == 1 { return body(false) }
    let last = IntegerExpression(blocking.panels - 1)
    builder.conditional(builder.compare(.less, builder.index(panel), builder.index(last))) {
      body(true)
    } else: {
      body(false)
    }
  }

  // MARK: Loops

  private func rows(_ height: Int, _ body: (IntegerExpression) -> Void) {
    if height == 1 { return body(0) }
    builder.loop(IntegerExpression(height), .unrolled) { body($0) }
  }

  private func vectors(_ body: (IntegerExpression) -> Void) {
    draft.emitter.vectorLoop(blocking.width, .unrolledVector) { body($0) }
  }
}
