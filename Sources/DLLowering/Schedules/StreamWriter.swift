import DLGraph
import DLLoops
import DLOperations

/// The statements for a tile of rows.
struct StreamWriter {
  let schedule: StreamingSchedule
  let draft: KernelDraft
  let batch: IntegerExpression
  /// The first row of the tile.
  var first: IntegerExpression
  var height: Int
  /// The columns of the first product in panels, where they have been copied.
  var panels: BufferID?
  /// The number of columns that the rows of the tile see, where not all.
  var seen: IntegerExpression?

  var builder: KernelBuilder { draft.builder }
  var emitter: BodyEmitter { draft.emitter }
  var body: Graph { schedule.body }
  var columns: IntegerExpression { schedule.shape[schedule.shape.count - 1] }
  var lanes: Int { schedule.target.lanes(of: schedule.accumulator) }

  /// The distance between rows of the strip. It is no multiple of a page, whose lines share their place in the cache.
  private var stripStride: Int {
    let width = schedule.firstTile.vectors * lanes
    let longest = columns.upperBound ?? RowStream.longestRow
    return (longest + width - 1) / width * width + lanes
  }

  mutating func emit() {
    seen = schedule.bound?.emit(
      batch: batch, row: first + IntegerExpression(height - 1), of: columns, in: emitter)
    let strip = builder.addBuffer("strip", schedule.accumulator, .local(count: height * stripStride))
    score(into: strip)
    builder.loop(IntegerExpression(height)) { reduce($0, of: strip) }
    multiply(strip)
  }

  /// The indices in an operand or result `[batch, M, …]`.
  private func indices(_ row: IntegerExpression, _ column: IntegerExpression) -> [IntegerExpression] {
    (schedule.shape.count == 3 ? [batch] : []) + [first + row, column]
  }

  private func position(_ row: IntegerExpression, _ column: IntegerExpression) -> IntegerExpression {
    row * IntegerExpression(stripStride) + column
  }

  // MARK: The first product

  private func score(into strip: BufferID) {
    let operands = schedule.scores.operands
    let types = operands.map { body.type(of: $0) }
    guard let operation = schedule.scores.reducing, let depth = types[0].shape.last else { return }
    // The rows are read again for every panel of columns.
    let stride = depth.upperBound ?? 1
    let rows = builder.addBuffer("rows", schedule.accumulator, .local(count: max(1, height * stride)))
    for row in 0..<height {
      builder.loop(depth, .vector) { column in
        let value = emitter.element(operands[0], at: indices(IntegerExpression(row), column))
        builder.store(
          builder.convert(value, to: schedule.accumulator), rows, at: IntegerExpression(row * stride) + column
        )
      }
    }
    if schedule.copy != nil, Contract.hasFewRows(IntegerExpression(height)) {
      return builder.loop(seen ?? columns) { column in
        for row in 0..<height { dot(rows, IntegerExpression(row), column, of: depth, stride, into: strip) }
      }
    }
    splitColumns(columns, schedule.firstTile, upTo: seen) { column, width, isWhole in
      let panel = panel(column, width, isWhole)
      let reader = OperandReader(
        builder: builder, types: [TensorType(schedule.accumulator, types[0].shape), types[1]]
      ) { operand, indices, mask in
        if operand == 0 {
          let row = indices[indices.count - 2] - first
          return builder.load(rows, at: row * IntegerExpression(stride) + indices[indices.count - 1])
        }
        guard let panel else { return emitter.element(operands[1], at: indices, mask: mask) }
        let (term, place) = (indices[indices.count - 2], indices[indices.count - 1] - column)
        return builder.load(panel.buffer, at: panel.start + term * IntegerExpression(panel.pitch) + place)
      }
      let product = TileProduct(emitter: emitter, operation: operation, reader: reader)
      product.emit(
        height: height, width: width, at: { indices($0, column + $1) },
        mask: { isWhole ? nil : builder.isInRange($0[$0.count - 1], 0, columns) },
        finish: { row, j, sum in builder.store(sum, strip, at: position(row, column + j)) })
    }
  }

  /// One element of the first product, with its terms in vectors: for few rows their columns need not be copied.
  private func dot(
    _ rows: BufferID, _ row: IntegerExpression, _ column: IntegerExpression, of depth: IntegerExpression,
    _ stride: Int, into strip: BufferID
  ) {
    let sum = builder.addBuffer("sum", schedule.accumulator, .local(count: 1))
    builder.store(builder.identity(of: .sum, schedule.accumulator), sum, at: 0)
    builder.loop(depth, .vector) { term in
      let outer = schedule.shape.count == 3 ? [batch] : []
      let factor = builder.load(rows, at: row * IntegerExpression(stride) + term)
      let other = emitter.element(schedule.scores.operands[1], at: outer + [term, column])
      builder.accumulate(.sum, builder.binary(.multiply, factor, other), sum, at: 0)
    }
    builder.store(builder.load(sum, at: 0), strip, at: position(row, column))
  }

  // MARK: The rows

  /// Runs the reductions over a row of the strip, and leaves there what the second product reads.
  private func reduce(_ row: IntegerExpression, of strip: BufferID) {
    let result = schedule.scores.results[0]
    let type = body.type(of: result).elementType
    emitter.provide(result) { indices, _ in
      builder.convert(builder.load(strip, at: position(row, indices[indices.count - 1])), to: type)
    }
    let space = schedule.stream.rows + [columns]
    let place = Reshape.position(at: indices(row, 0), of: schedule.shape, in: space)
    let pass = RowPass(
      body: body, emitter: emitter, columns: [columns], row: Array(place.dropLast()), collapsed: 1,
      seen: seen)
    let reductions = schedule.stream.between.sorted().map { body[$0] }.filter { $0.reducing != nil }
    for node in reductions { pass.reduce(node) }
    let read = body.value(below: schedule.product.operands[0], of: space)
    pass.visitColumns { column, _ in
      let value = emitter.element(read, at: pass.row + column)
      builder.store(builder.convert(value, to: schedule.accumulator), strip, at: position(row, column[0]))
    }
    emitter.withdraw(result)
    for node in reductions {
      emitter.withdraw(node.operands[0])
      emitter.withdraw(node.results[0])
    }
  }

  // MARK: The second product

  private func multiply(_ strip: BufferID) {
    let operands = schedule.product.operands
    var types = operands.map { body.type(of: $0) }
    guard let operation = schedule.product.reducing, let width = types[1].shape.last else { return }
    types[0] = TensorType(schedule.accumulator, types[0].shape.dropLast() + [seen ?? columns])
    let reader = OperandReader(builder: builder, types: types) { operand, indices, mask in
      guard operand == 0 else { return emitter.element(operands[1], at: indices, mask: mask) }
      return builder.load(strip, at: position(indices[indices.count - 2] - first, indices[indices.count - 1]))
    }
    let product = TileProduct(emitter: emitter, operation: operation, reader: reader)
    let type = body.type(of: schedule.product.results[0]).elementType
    splitColumns(width, schedule.secondTile) { column, tileWidth, isWhole in
      let mask = { (indices: [IntegerExpression]) in
        isWhole ? nil : builder.isInRange(indices[indices.count - 1], 0, width)
      }
      product.emit(
        height: height, width: tileWidth, at: { indices($0, column + $1) }, mask: mask,
        finish: { row, j, sum in
          let place = indices(row, column + j)
          store(builder.convert(sum, to: type), at: place, mask: mask(place))
        })
    }
  }

  private func store(_ sum: Local, at indices: [IntegerExpression], mask: Local?) {
    let result = schedule.product.results[0]
    // The group was checked to use the result only at its own position.
    emitter.provide(result) { _, _ in sum }
    for (path, tensor) in zip(schedule.outputs, draft.outputs) {
      let place = path.place(of: indices, in: body)
      let value = emitter.element(path.value, at: place, mask: mask)
      builder.store(value, tensor.buffer, at: tensor.offset(of: place), mask: mask)
    }
    emitter.withdraw(result)
  }

  // MARK: Columns

  /// Emits `body` for whole tiles of columns, and for what is left of them.
  ///
  /// - Parameter seen: the number of columns that are needed, where not all are.
  func splitColumns(
    _ extent: IntegerExpression, _ tile: TileShape, upTo seen: IntegerExpression? = nil,
    _ body: (_ start: IntegerExpression, _ width: Int, _ isWhole: Bool) -> Void
  ) {
    let width = tile.vectors * lanes
    let whole = extent.floorDivided(by: IntegerExpression(width))
    if whole == 1 {
      body(0, width, true)
    } else if whole != 0 {
      let begun = seen.map { ($0 + IntegerExpression(width - 1)).floorDivided(by: IntegerExpression(width)) }
      builder.loop(begun.map { .min($0, whole) } ?? whole) {
        body($0 * IntegerExpression(width), width, true)
      }
    }
    let start = whole * IntegerExpression(width)
    func isNeeded() -> Local { builder.compare(.less, builder.index(start), builder.index(seen ?? extent)) }
    if let rest = (extent - start).constantValue {
      let rounded = (rest + lanes - 1) / lanes * lanes
      guard rest > 0 else { return }
      if seen == nil || whole == 0 { return body(start, rounded, rest == rounded) }
      return builder.conditional(isNeeded()) { body(start, rounded, rest == rounded) }
    }
    builder.conditional(isNeeded()) { body(start, width, false) }
  }
}

extension Graph {
  /// The value of a shape whose reshaping, once or more, is another value; that value itself where there is none.
  fileprivate func value(below value: ValueID, of shape: [IntegerExpression]) -> ValueID {
    var inner = value
    while type(of: inner).shape != shape, let node = definingNode(of: inner), node.operation is Reshape {
      inner = node.operands[0]
    }
    return type(of: inner).shape == shape ? inner : value
  }
}
