import DLGraph
import DLLoops
import DLOperations

/// Two products with row reductions between them, a few rows at a time: attention.
///
/// For each tile of rows the left operand is laid out for the first product, whose result stays in a local strip; the
/// reductions walk the rows of the strip; the second product reads the strip and stores its result. See Rabe and Staats,
/// "Self-attention does not need O(n²) memory", 2021; since the strip holds whole rows, sums are not rescaled.
struct StreamingSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  let stream: RowStream
  let scores: Node
  let product: Node
  /// The shape of the first product: `[M, N]` or `[batch, M, N]`.
  let shape: [IntegerExpression]
  /// What is stored, and how it comes from the second product.
  let outputs: [OutputPath]
  let accumulator: ElementType
  let firstTile: TileShape
  /// As high as the first.
  let secondTile: TileShape

  /// The most elements of the strip.
  private static let stripElements = 65536
  /// The number of multiplications worth handing to another thread.
  private static let grain = 65536

  /// The schedule for a group, where it is of this kind.
  init?(_ body: Graph, target: TargetDescription, symbols: [Symbol]) {
    let uses = body.useCounts()
    guard let last = body.nodes.lastIndex(where: { $0.operation is Contract }),
      let stream = body.rowStream(into: NodeID(last), uses: uses)
    else { return nil }
    let known = stream.between.union([stream.scores, stream.product])
    guard body.nodes.indices.allSatisfy({ body.nodes[$0].reducing == nil || known.contains(NodeID($0)) })
    else { return nil }
    self.body = body
    self.target = target
    self.symbols = symbols
    self.stream = stream
    scores = body[stream.scores]
    product = body[stream.product]
    shape = body.type(of: scores.results[0]).shape
    var outputs: [OutputPath] = []
    for output in body.outputs {
      guard let path = OutputPath(from: product.results[0], to: output.value, in: body) else { return nil }
      outputs.append(path)
    }
    // Where an element has moved, nothing else may be computed from where it was.
    guard outputs.allSatisfy({ !$0.moves }) || OutputPath.areLinear(from: product.results[0], in: body, uses)
    else { return nil }
    self.outputs = outputs
    guard let first = scores.reducing, let second = product.reducing else { return nil }
    accumulator = first.accumulatorType(scores.operands.map { body.type(of: $0) })
    func typical(_ extent: IntegerExpression) -> Int {
      extent.constantValue ?? min(extent.upperBound ?? 64, 64)
    }
    let columns = typical(shape[shape.count - 1])
    let longest = shape[shape.count - 1].upperBound ?? RowStream.longestRow
    let height = max(1, min(14, Self.stripElements / max(longest, 1)))
    firstTile = .fastest(
      rows: typical(shape[shape.count - 2]), columns: columns, of: accumulator, balances: true,
      within: (height, 4), on: target)
    let width = body.type(of: product.results[0]).shape.last.map(typical) ?? 1
    secondTile = .fastest(
      columns: width, height: firstTile.rows,
      of: second.accumulatorType(product.operands.map { body.type(of: $0) }),
      on: target)
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let batch = shape.count == 3 ? shape[0] : 1
    let rows = AxisTiling(shape[shape.count - 2], length: firstTile.rows, balances: true)
    let columns = shape[shape.count - 1].upperBound ?? 64
    let depth = body.type(of: scores.operands[0]).shape.last?.upperBound ?? 64
    let width = body.type(of: product.results[0]).shape.last?.upperBound ?? 64
    let work = max(1, firstTile.rows * columns * (depth + width))
    draft.builder.grid(batch * rows.count, grain: max(1, Self.grain / work)) { iteration in
      let image = bound(iteration.floorDivided(by: rows.count), batch, 1, draft.builder)
      rows.emit(iteration.modulo(rows.count), in: draft.emitter) { start, height in
        let first = bound(start, rows.extent, height, draft.builder)
        StreamWriter(schedule: self, draft: draft, batch: image, first: first, height: height).emit()
      }
    }
    return draft.builder.finish()
  }

  /// An index as a symbol of its own, so that what is computed of it is simplified by its bounds.
  ///
  /// - Parameter length: how many elements from there on lie below the extent.
  private func bound(
    _ index: IntegerExpression, _ extent: IntegerExpression, _ length: Int, _ builder: KernelBuilder
  ) -> IntegerExpression {
    if index.constantValue != nil { return index }
    return builder.bind(builder.index(index), lower: 0, upper: extent - IntegerExpression(length))
  }
}

/// The statements for a tile of rows.
private struct StreamWriter {
  let schedule: StreamingSchedule
  let draft: KernelDraft
  let batch: IntegerExpression
  /// The first row of the tile.
  let first: IntegerExpression
  let height: Int

  private var builder: KernelBuilder { draft.builder }
  private var emitter: BodyEmitter { draft.emitter }
  private var body: Graph { schedule.body }
  private var columns: IntegerExpression { schedule.shape[schedule.shape.count - 1] }
  private var lanes: Int { schedule.target.lanes(of: schedule.accumulator) }

  /// The distance between rows of the strip. It is no multiple of a page, whose lines share their place in the cache.
  private var stripStride: Int {
    let width = schedule.firstTile.vectors * lanes
    let longest = columns.upperBound ?? RowStream.longestRow
    return (longest + width - 1) / width * width + lanes
  }

  func emit() {
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
    let reader = OperandReader(
      builder: builder, types: [TensorType(schedule.accumulator, types[0].shape), types[1]]
    ) { operand, indices, mask in
      guard operand == 0 else { return emitter.element(operands[1], at: indices, mask: mask) }
      let row = indices[indices.count - 2] - first
      return builder.load(rows, at: row * IntegerExpression(stride) + indices[indices.count - 1])
    }
    let product = TileProduct(emitter: emitter, operation: operation, reader: reader)
    splitColumns(columns, schedule.firstTile) { column, width, isWhole in
      product.emit(
        height: height, width: width, at: { indices($0, column + $1) },
        mask: { isWhole ? nil : builder.isInRange($0[$0.count - 1], 0, columns) },
        finish: { row, j, sum in builder.store(sum, strip, at: position(row, column + j)) })
    }
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
      body: body, emitter: emitter, columns: [columns], row: Array(place.dropLast()), collapsed: 1)
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
    let types = operands.map { body.type(of: $0) }
    guard let operation = schedule.product.reducing, let width = types[1].shape.last else { return }
    let reader = OperandReader(
      builder: builder, types: [TensorType(schedule.accumulator, types[0].shape), types[1]]
    ) { operand, indices, mask in
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
  private func splitColumns(
    _ extent: IntegerExpression, _ tile: TileShape,
    _ body: (_ start: IntegerExpression, _ width: Int, _ isWhole: Bool) -> Void
  ) {
    let width = tile.vectors * lanes
    let whole = extent.floorDivided(by: IntegerExpression(width))
    if whole == 1 {
      body(0, width, true)
    } else if whole != 0 {
      builder.loop(whole) { body($0 * IntegerExpression(width), width, true) }
    }
    let start = whole * IntegerExpression(width)
    if let rest = (extent - start).constantValue {
      let rounded = (rest + lanes - 1) / lanes * lanes
      if rest > 0 { body(start, rounded, rest == rounded) }
      return
    }
    builder.conditional(builder.compare(.less, builder.index(start), builder.index(extent))) {
      body(start, width, false)
    }
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
