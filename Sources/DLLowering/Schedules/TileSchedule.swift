import DLGraph
import DLLoops
import DLOperations

/// A reduction by tiles: a piece of the result is kept in registers while its terms are summed, then everything that
/// follows in the group is computed on it and stored.
///
/// Matrix products and convolutions are of this kind. The columns are the last axis of the result, so that vectors lie
/// side by side; the rows are one other axis. Method and tile sizes: Goto and van de Geijn, "Anatomy of
/// high-performance matrix multiplication", 2008.
struct TileSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  let anchor: Node
  let operation: any ReducingOperation
  /// The shape of the anchor's result.
  let shape: [IntegerExpression]
  /// The axis of the rows; nil where a tile is one row.
  let rowAxis: Int?
  let tile: TileShape
  /// The operands that are packed at compile time.
  let packings: [Int: AxisBlocking]

  /// The number of multiplications worth handing to another thread.
  private static let grain = 32768

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameter constants: the inputs of the body whose elements are known now.
  init?(_ body: Graph, constants: Set<Int>, target: TargetDescription, symbols: [Symbol]) {
    let anchors = body.nodes.filter { $0.reducing != nil }
    guard anchors.count == 1, let operation = anchors[0].reducing else { return nil }
    let type = body.type(of: anchors[0].results[0])
    guard type.rank > 0, body.isAligned(after: anchors[0].results[0]) else { return nil }
    self.body = body
    self.target = target
    self.symbols = symbols
    self.operation = operation
    anchor = anchors[0]
    shape = type.shape
    let columnAxis = type.rank - 1
    let roles = TileRoles(operation, anchors[0], body)
    rowAxis = roles.rowAxis
    let accumulator = operation.accumulatorType(anchors[0].operands.map { body.type(of: $0) })
    let extent = { (axis: Int) in type.shape[axis].constantValue ?? min(type.shape[axis].upperBound ?? 64, 64)
    }
    let rows = roles.rowAxis.map { roles.rowGroups > 1 ? extent($0) / roles.rowGroups : extent($0) } ?? 1
    var tile = TileShape.fastest(rows: rows, columns: extent(columnAxis), of: accumulator, on: target)
    if roles.rowGroups > 1 { while rows % tile.rows != 0 { tile.rows -= 1 } }
    self.tile = tile
    var packings: [Int: AxisBlocking] = [:]
    for (operand, axis) in roles.rowOperand.map({ [($0, tile.rows)] }) ?? [] {
      packings.pack(operand.operand, operand.axis, block: axis, anchors[0], body, constants)
    }
    if let operand = roles.columnOperand {
      let width = tile.vectors * target.lanes(of: accumulator)
      packings.pack(operand.operand, operand.axis, block: width, anchors[0], body, constants)
    }
    self.packings = packings
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let types = anchor.operands.map { body.type(of: $0) }
    let accumulator = operation.accumulatorType(types)
    let width = tile.vectors * target.lanes(of: accumulator)
    let columns = shape[shape.count - 1]
    let columnTiles = (columns + IntegerExpression(width - 1)).floorDivided(by: IntegerExpression(width))
    let rows = rowAxis.map { shape[$0] } ?? 1
    let rowTiles = (rows + IntegerExpression(tile.rows - 1)).floorDivided(by: IntegerExpression(tile.rows))
    let others = shape.indices.filter { $0 != rowAxis && $0 != shape.count - 1 }
    let terms = operation.reducedExtents(types).product.upperBound ?? 64
    let grain = max(1, Self.grain / max(1, terms * tile.rows * width))

    let otherExtents = others.map { shape[$0] }
    draft.builder.grid(otherExtents.product * columnTiles * rowTiles, grain: grain) { iteration in
      // Rows innermost: the panel of columns stays in cache while the rows stream by.
      let position = IndexSpace.delinearized(iteration, [otherExtents.product, columnTiles, rowTiles])
      let prefix = IndexSpace.delinearized(position[0], otherExtents)
      var indices = [IntegerExpression](repeating: 0, count: shape.count)
      for (axis, index) in zip(others, prefix) { indices[axis] = index }
      let writer = TileWriter(
        schedule: self, draft: draft, accumulator: accumulator, width: width, indices: indices)
      let start = position[1] * IntegerExpression(width)
      writer.splitRows(position[2], rows) { row, height in
        writer.splitColumns(start, columns) { isWhole in
          writer.emit(row: row, height: height, column: start, isWhole: isWhole)
        }
      }
    }
    return draft.builder.finish()
  }
}

/// The statements of one tile.
private struct TileWriter {
  let schedule: TileSchedule
  let draft: KernelDraft
  let accumulator: ElementType
  let width: Int
  /// The indices of the tile in the axes that are neither rows nor columns.
  let indices: [IntegerExpression]

  private var builder: KernelBuilder { draft.builder }
  private var columnAxis: Int { schedule.shape.count - 1 }

  /// Emits `body` for the rows of a tile, with a constant height.
  func splitRows(
    _ index: IntegerExpression, _ rows: IntegerExpression, _ body: (IntegerExpression, Int) -> Void
  ) {
    guard schedule.rowAxis != nil else { return body(0, 1) }
    draft.emitter.constantChunk(
      index * IntegerExpression(schedule.tile.rows), schedule.tile.rows, of: rows, body)
  }

  /// Emits `body` for a tile that lies within the columns, and for one that extends beyond them.
  func splitColumns(
    _ start: IntegerExpression, _ columns: IntegerExpression, _ body: (_ isWhole: Bool) -> Void
  ) {
    let end = start + IntegerExpression(width)
    if (columns - end).isProvably(atLeast: 0) { return body(true) }
    if let columns = columns.constantValue {
      if columns % width == 0 { return body(true) }
      if columns < width { return body(false) }
    }
    builder.conditional(builder.compare(.lessOrEqual, builder.index(end), builder.index(columns))) {
      body(true)
    } else: {
      body(false)
    }
  }

  func emit(row: IntegerExpression, height: Int, column: IntegerExpression, isWhole: Bool) {
    let operation = schedule.operation
    let anchor = schedule.anchor
    let types = anchor.operands.map { schedule.body.type(of: $0) }
    let sums = builder.addBuffer("tile", accumulator, .local(count: height * width))
    let reader = draft.emitter.reader(for: anchor)
    tileLoop(height, row, column) { _, slot, _ in
      builder.store(builder.identity(of: operation.function, accumulator), sums, at: slot)
    }
    draft.emitter.nest(operation.reducedExtents(types)) { reduced in
      tileLoop(height, row, column) { indices, slot, _ in
        let mask = isWhole ? nil : columnMask(indices)
        let term = operation.emitTerm(at: indices, reduced: reduced, mask: mask, reader)
        draft.emitter.add(term, operation.function, to: sums, at: slot)
      }
    }
    let result = schedule.body.type(of: anchor.results[0])
    tileLoop(height, row, column) { indices, slot, _ in
      let mask = isWhole ? nil : columnMask(indices)
      // The group was checked to use the result only at its own position.
      let sum = builder.convert(builder.load(sums, at: slot), to: result.elementType)
      draft.emitter.provide(anchor.results[0]) { _, _ in sum }
      for (output, tensor) in zip(schedule.body.outputs, draft.outputs) {
        let target = IndexSpace.reshaped(indices, from: schedule.shape, to: tensor.type.shape)
        let value = draft.emitter.element(output.value, at: target, mask: mask)
        builder.store(value, tensor.buffer, at: tensor.offset(of: target), mask: mask)
      }
      draft.emitter.withdraw(anchor.results[0])
    }
  }

  private func columnMask(_ indices: [IntegerExpression]) -> Local? {
    builder.isInRange(indices[columnAxis], 0, schedule.shape[columnAxis])
  }

  /// Visits the elements of the tile: `body` gets the indices in the result and the place in the tile.
  private func tileLoop(
    _ height: Int, _ row: IntegerExpression, _ column: IntegerExpression,
    _ body: ([IntegerExpression], IntegerExpression, Int) -> Void
  ) {
    func visit(_ i: IntegerExpression) {
      draft.emitter.vectorLoop(width, .unrolledVector) { j in
        var indices = indices
        if let axis = schedule.rowAxis { indices[axis] = row + i }
        indices[columnAxis] = column + j
        body(indices, i * IntegerExpression(width) + j, width)
      }
    }
    if height == 1 { visit(0) } else { builder.loop(IntegerExpression(height), .unrolled) { visit($0) } }
  }
}

extension [Int: AxisBlocking] {
  /// Packs an operand of a node, where it is a constant input of the body and read by that node alone.
  fileprivate mutating func pack(
    _ operand: Int, _ axis: Int, block: Int, _ node: Node, _ body: Graph, _ constants: Set<Int>
  ) {
    let value = node.operands[operand]
    guard case .input(let input) = body[value].definition, constants.contains(input),
      body.useCounts()[value.index] == 1
    else { return }
    self[input] = AxisBlocking(axis: axis, block: block)
  }
}
