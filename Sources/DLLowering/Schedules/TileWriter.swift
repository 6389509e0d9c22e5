import DLGraph
import DLLoops
import DLOperations

/// Where a tile is in the order of visits: its panel, and its number among the tiles of the panel.
struct TilePosition {
  var panel: IntegerExpression
  var tile: IntegerExpression
}

/// The statements of one tile.
struct TileWriter {
  let schedule: TileSchedule
  let draft: KernelDraft
  let accumulator: ElementType
  var width: Int
  /// The indices of the tile in the axes that are neither rows nor columns.
  let indices: [IntegerExpression]
  /// How the next panel of columns is fetched.
  var prefetch: (PanelPrefetch, TilePosition)?
  /// Reads an element of the right operand from a copy of its columns; nil where there is none.
  var readCopy: ((_ indices: [IntegerExpression]) -> Local)?

  private var builder: KernelBuilder { draft.builder }
  private var columnAxis: Int { schedule.shape.count - 1 }

  /// Emits `body` for a tile that lies within the columns, and for one that extends beyond them, which is as narrow as
  /// whole vectors allow.
  func splitColumns(
    _ start: IntegerExpression, _ columns: IntegerExpression,
    _ body: (_ writer: TileWriter, _ isWhole: Bool) -> Void
  ) {
    let end = start + IntegerExpression(width)
    if (columns - end).isProvably(atLeast: 0) { return body(self, true) }
    var (rest, isWhole) = (self, false)
    if let columns = columns.constantValue {
      if columns % width == 0 { return body(self, true) }
      let lanes = schedule.target.lanes(of: accumulator)
      rest.width = (columns % width + lanes - 1) / lanes * lanes
      isWhole = columns % width == rest.width
      if columns < width { return body(rest, isWhole) }
    }
    builder.conditional(builder.compare(.lessOrEqual, builder.index(end), builder.index(columns))) {
      body(self, true)
    } else: {
      body(rest, isWhole)
    }
  }

  /// Emits a tile.
  ///
  /// - Parameter range: the terms that are summed; nil for all. Sums of earlier ones are where the range says, and there they
  ///   are left unless it is the last one.
  func emit(
    row: IntegerExpression, height: Int, column: IntegerExpression, isWhole: Bool, _ range: TermRange? = nil
  ) {
    let operation = schedule.operation
    let anchor = schedule.anchor
    let types = anchor.operands.map { schedule.body.type(of: $0) }
    let sums = builder.addBuffer("tile", accumulator, .local(count: height * width))
    tileLoop(height, row, column) { _, slot, _ in
      builder.store(builder.identity(of: operation.function, accumulator), sums, at: slot)
    }
    if range != nil { fetchResults(row: row, height: height, column: column) }
    let extents = operation.reducedExtents(types)
    let inner = schedule.roles.reducedLoops.inner
    sumTerms(extents, range) { reduced in
      fetch(at: reduced, extents)
      if let range { fetchRows(behind: row + IntegerExpression(height), at: reduced[0], range) }
      tileLoop(height, row, column) { indices, slot, lane in
        let mask = isWhole ? nil : columnMask(indices)
        let reader = reader(types, mask, alongLanes: lane)
        loop(over: inner[...], extents, .unrolled, reduced) { reduced in
          let term = operation.emitTerm(at: anchorIndices(indices), reduced: reduced, mask: mask, reader)
          draft.emitter.add(term, operation.function, to: sums, at: slot)
        }
      }
    }
    guard let range, let output = range.waiting, let isLast = range.isLast else {
      return finish(sums, row: row, height: height, column: column, isWhole: isWhole)
    }
    let buffer = draft.outputs[output].buffer
    builder.conditional(builder.compare(.greater, builder.index(range.index), builder.index(0))) {
      tileLoop(height, row, column) { indices, slot, _ in
        let mask = isWhole ? nil : columnMask(indices)
        let earlier = builder.load(buffer, at: waitingPlace(output, indices), mask: mask)
        builder.store(builder.binary(.add, earlier, builder.load(sums, at: slot)), sums, at: slot)
      }
    }
    builder.conditional(isLast) {
      finish(sums, row: row, height: height, column: column, isWhole: isWhole)
    } else: {
      tileLoop(height, row, column) { indices, slot, _ in
        let mask = isWhole ? nil : columnMask(indices)
        builder.store(builder.load(sums, at: slot), buffer, at: waitingPlace(output, indices), mask: mask)
      }
    }
  }

  /// Asks for the part of the first output that a tile will write, or where its sums wait.
  private func fetchResults(row: IntegerExpression, height: Int, column: IntegerExpression) {
    let size = schedule.body.type(of: schedule.stored[0].value).elementType.byteCount
    for i in 0..<height {
      for j in stride(from: 0, to: width, by: max(64 / size, 1)) {
        var indices = indices
        if let axis = schedule.roles.rowAxis { indices[axis] = row + IntegerExpression(i) }
        indices[columnAxis] = column + IntegerExpression(j)
        builder.prefetch(draft.outputs[0].buffer, at: waitingPlace(0, indices))
      }
    }
  }

  /// Asks for some of the left operand that the next tile of rows will read: over all terms of a range, for all of it.
  private func fetchRows(behind row: IntegerExpression, at term: IntegerExpression, _ range: TermRange) {
    guard let axis = schedule.roles.rowAxis else { return }
    let operand = schedule.anchor.operands[0]
    // A cache line holds the terms of sixteen steps, in which sixteen rows get their turn.
    let step = term - range.start
    let line = IntegerExpression(max(64 / schedule.body.type(of: operand).elementType.byteCount, 1))
    let place =
      indices.prefix(axis) + [row + step.modulo(line), range.start + step.floorDivided(by: line) * line]
    guard let (input, position) = schedule.body.location(of: operand, at: Array(place)) else { return }
    builder.prefetch(draft.inputs[input].buffer, at: position)
  }

  /// Where the sum for an element of the result waits in an output.
  private func waitingPlace(_ output: Int, _ indices: [IntegerExpression]) -> IntegerExpression {
    let stored = schedule.stored[output]
    let shape = schedule.body.type(of: stored.value).shape
    let place = IndexSpace.reshaped(indices, from: schedule.shape, to: shape)
    return draft.outputs[output].offset(of: stored.indices(of: place))
  }

  /// Computes what follows on the sums of a tile, and stores it.
  private func finish(
    _ sums: BufferID, row: IntegerExpression, height: Int, column: IntegerExpression, isWhole: Bool
  ) {
    let type = schedule.body.type(of: schedule.result).elementType
    let finished = schedule.finishesByRows ? copy(sums, height) : sums
    tileLoop(height, row, column, rows: schedule.finishesByRows ? .serial : .unrolled) { indices, slot, _ in
      let mask = isWhole ? nil : columnMask(indices)
      let sum = builder.convert(builder.load(finished, at: slot), to: type)
      draft.finish(schedule.result, with: sum, at: indices, of: schedule.shape, mask: mask)
    }
  }

  /// Asks for a step's share of the next panel.
  private func fetch(at reduced: [IntegerExpression], _ extents: [IntegerExpression]) {
    guard let (prefetch, position) = prefetch else { return }
    let order = schedule.roles.reducedOrder
    let step = IndexSpace.linearized(order.map { reduced[$0] }, order.map { extents[$0] })
    prefetch.emit(panel: position.panel, step: position.tile * extents.product + step, in: builder)
  }

  /// The sums in memory, where a loop that is not unrolled can find them.
  private func copy(_ sums: BufferID, _ height: Int) -> BufferID {
    let copy = builder.addBuffer("finished", accumulator, .local(count: height * width))
    tileLoop(height, 0, 0) { _, slot, _ in builder.store(builder.load(sums, at: slot), copy, at: slot) }
    return copy
  }

  /// Reads the operands of the anchor. What does not depend on the column is read without the mask of the columns: the
  /// first column of a tile is always there.
  private func reader(
    _ types: [TensorType], _ columns: Local?, alongLanes lane: IntegerExpression
  ) -> OperandReader {
    let lanes = lane.symbols
    return OperandReader(builder: builder, types: types) {
      [draft, schedule, readCopy] operand, indices, mask in
      if operand == 1, let readCopy { return readCopy(indices) }
      let isVarying = indices.contains { $0.symbols.contains(where: lanes.contains) }
      return draft.emitter.element(
        schedule.anchor.operands[operand], at: indices, mask: isVarying || mask != columns ? mask : nil)
    }
  }

  /// Loops over the reduced indices around a tile, in the order of the schedule.
  private func sumTerms(
    _ extents: [IntegerExpression], _ range: TermRange?, _ body: ([IntegerExpression]) -> Void
  ) {
    if let range { return builder.loop(range.count) { body([range.start + $0]) } }
    if let digits = schedule.summedDigits { return draft.emitter.visit(digits: digits) { body([$0]) } }
    loop(over: schedule.roles.reducedLoops.outer[...], extents, .serial, extents.map { _ in 0 }, body)
  }

  /// Loops over some of the reduced indices, outermost first; `reduced` has the others.
  private func loop(
    over axes: ArraySlice<Int>, _ extents: [IntegerExpression], _ kind: Loop.Kind,
    _ reduced: [IntegerExpression], _ body: ([IntegerExpression]) -> Void
  ) {
    guard let axis = axes.first else { return body(reduced) }
    if extents[axis] == 1 { return loop(over: axes.dropFirst(), extents, kind, reduced, body) }
    builder.loop(extents[axis], kind) { index in
      var reduced = reduced
      reduced[axis] = index
      loop(over: axes.dropFirst(), extents, kind, reduced, body)
    }
  }

  /// The indices in the anchor's result of an element of the stored one.
  private func anchorIndices(_ indices: [IntegerExpression]) -> [IntegerExpression] {
    var result = indices
    for (place, axis) in schedule.permutation.enumerated() { result[axis] = indices[place] }
    return result
  }

  private func columnMask(_ indices: [IntegerExpression]) -> Local? {
    builder.isInRange(indices[columnAxis], 0, schedule.shape[columnAxis])
  }

  /// Visits the elements of the tile: `body` gets the indices in the result, the place in the tile and the column in it.
  private func tileLoop(
    _ height: Int, _ row: IntegerExpression, _ column: IntegerExpression, rows: Loop.Kind = .unrolled,
    _ body: ([IntegerExpression], IntegerExpression, IntegerExpression) -> Void
  ) {
    func visit(_ i: IntegerExpression) {
      draft.emitter.vectorLoop(width, .unrolledVector) { j in
        var indices = indices
        if let axis = schedule.roles.rowAxis { indices[axis] = row + i }
        indices[columnAxis] = column + j
        body(indices, i * IntegerExpression(width) + j, j)
      }
    }
    if height == 1 { visit(0) } else { builder.loop(IntegerExpression(height), rows) { visit($0) } }
  }
}
