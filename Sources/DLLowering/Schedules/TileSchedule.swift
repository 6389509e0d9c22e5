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
  /// The anchor's result as it is stored: itself, or the transposition that alone reads it.
  let result: ValueID
  /// Axis `i` of the stored result is axis `permutation[i]` of the anchor's.
  let permutation: [Int]
  /// The shape of the stored result.
  let shape: [IntegerExpression]
  /// What is stored for each output.
  let stored: [StoredOutput]
  let roles: TileRoles
  let tile: TileShape
  /// The number of columns of a tile.
  let width: Int
  let order: TileOrder
  /// Whether what is computed on the finished sums takes more registers than a tile leaves.
  let finishesByRows: Bool
  /// Whether the tiles may have heights that differ by one.
  let balances: Bool
  /// The packed input that holds the columns.
  let columnInput: Int?
  /// The inputs that are packed in panels of columns: that one, or those that the columns are computed from.
  private(set) var columnInputs: [Int]
  /// The operands that are packed at compile time.
  private(set) var packings: [Int: OperandPacking]

  /// The number of multiplications worth handing to another thread.
  private static let grain = 32768

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameters:
  ///   - constants: the inputs of the body whose elements are known now.
  ///   - panelWidth: the width of the panels of columns; the best one where nil.
  init?(
    _ body: Graph, constants: Set<Int>, panelWidth: Int? = nil, target: TargetDescription, symbols: [Symbol]
  ) {
    guard let anchor = body.onlyReduction, let operation = anchor.reducing else { return nil }
    (result, permutation) = body.stored(anchor.results[0])
    shape = body.type(of: result).shape
    guard !shape.isEmpty, body.isAligned(after: result) else { return nil }
    self.body = body
    stored = body.storedOutputs
    self.target = target
    self.symbols = symbols
    self.operation = operation
    self.anchor = anchor
    let types = anchor.operands.map { body.type(of: $0) }
    roles = TileRoles(operation, types, permutation: permutation)
    let accumulator = operation.accumulatorType(types)
    let input = { (operand: TileRoles.OperandAxis?) in
      operand.flatMap { body.constantInput(anchor.operands[$0.operand], constants) }
    }
    let rowInput = input(roles.rowOperand)
    columnInput = input(roles.columnOperand)
    balances =
      rowInput == nil && roles.rowGroups == 1 && roles.slidingExtent == nil && roles.groupColumns == nil
    let vectors = panelWidth.map { max($0 / target.lanes(of: accumulator), 1) }
    tile = Self.tile(shape, types, roles, accumulator, balances: balances, vectors: vectors, target)
    width = tile.vectors * target.lanes(of: accumulator)
    columnInputs = columnInput.map { [$0] } ?? []
    var packings: [Int: OperandPacking] = [:]
    for (operand, input, block) in [
      (roles.rowOperand, rowInput, tile.rows), (roles.columnOperand, columnInput, width),
    ] {
      guard let operand, let input else { continue }
      packings[input] = .blocks(
        AxisBlocking(
          axis: operand.axis, block: block,
          others: roles.packedOrder(of: operand, types[operand.operand].rank)))
    }
    self.packings = packings
    order = roles.order(of: operation, types, shape: shape, width: width, on: target)
    finishesByRows = tile.rows > 1 && body.nodes.contains { $0.isTranscendental }
    let prologue = prologuePackings(constants, width: width)
    columnInputs += prologue.keys
    self.packings.merge(prologue) { direct, _ in direct }
  }

  /// - Parameters:
  ///   - balances: whether the tiles may have heights that differ by one.
  ///   - vectors: the width, where it is given.
  private static func tile(
    _ shape: [IntegerExpression], _ types: [TensorType], _ roles: TileRoles, _ type: ElementType,
    balances: Bool, vectors: Int?, _ target: TargetDescription
  ) -> TileShape {
    // Of an open extent, a typical value: tiles beyond it are cut off by masks.
    func extent(_ axis: Int) -> Int { shape[axis].constantValue ?? min(shape[axis].upperBound ?? 64, 64) }
    let rows = roles.rowAxis.map { extent($0) / roles.rowGroups } ?? 1
    let columns = roles.columnsOfGroup(of: type, on: target) ?? extent(shape.count - 1)
    if let window = roles.slidingExtent {
      return .sliding(window: window, rows: rows, columns: extent(shape.count - 1), of: type, on: target)
    }
    let depth = roles.rowOperand.flatMap { operand in
      balances ? types[operand.operand].shape.last?.constantValue : nil
    }
    var tile = TileShape.fastest(
      rows: rows, columns: columns, of: type, balances: balances,
      within: depth.map { limits(depth: $0, type, target) } ?? (14, 4), vectors: vectors, on: target)
    if let group = roles.columnsOfGroup(of: type, on: target) {
      while group % (tile.vectors * target.lanes(of: type)) != 0 { tile.vectors -= 1 }
    }
    if roles.rowGroups > 1 { while rows % tile.rows != 0 { tile.rows -= 1 } }
    return tile
  }

  /// The greatest rows and vectors of a tile whose rows are read where they lie.
  ///
  /// Rows whose distance is a multiple of a page share their places in the first cache, where a set has some 12 lines; and
  /// two panels of columns have to fit into the second one.
  private static func limits(
    depth: Int, _ type: ElementType, _ target: TargetDescription
  ) -> (rows: Int, vectors: Int) {
    let cache = target.cacheByteCounts.dropFirst().first ?? 1 << 20
    let panelByteCount = depth * target.vectorByteCount
    return (
      depth * type.byteCount % 4096 == 0 ? 10 : 14, max(2, min(4, cache / (2 * max(panelByteCount, 1))))
    )
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let types = anchor.operands.map { body.type(of: $0) }
    let accumulator = operation.accumulatorType(types)
    let columns = shape[shape.count - 1]
    let columnTiles = (columns + IntegerExpression(width - 1)).floorDivided(by: IntegerExpression(width))
    let rows = AxisTiling(roles.rowAxis.map { shape[$0] } ?? 1, length: tile.rows, balances: balances)
    let others = shape.indices.filter { $0 != roles.rowAxis && $0 != shape.count - 1 }
    let otherExtents = others.map { shape[$0] }
    let terms = operation.reducedExtents(types).product.upperBound ?? 64
    let grain = max(1, Self.grain / max(1, terms * tile.rows * width))

    draft.builder.grid(otherExtents.product * columnTiles * rows.count, grain: grain) { iteration in
      let position = order.position(
        at: iteration, others: otherExtents, panels: columnTiles, rows: rows.count)
      var indices = [IntegerExpression](repeating: 0, count: shape.count)
      for (axis, index) in zip(others, position.others) { indices[axis] = index }
      var writer = TileWriter(
        schedule: self, draft: draft, accumulator: accumulator, width: width, indices: indices)
      writer.prefetch = prefetch(draft, types, at: position, others: otherExtents, rows.count)
      let start = position.panel * IntegerExpression(width)
      rows.emit(position.rows, in: draft.emitter) { row, height in
        writer.splitColumns(start, columns) { writer, isWhole in
          writer.emit(row: row, height: height, column: start, isWhole: isWhole)
        }
      }
    }
    return draft.builder.finish()
  }

  /// How the panels of packed columns are fetched in advance; nil where they aren't.
  private func prefetch(
    _ draft: KernelDraft, _ types: [TensorType], at position: TileOrder.Position, others: [IntegerExpression],
    _ rowTiles: IntegerExpression
  ) -> (PanelPrefetch, TilePosition)? {
    guard let columnInput, roles.reducedLoops.inner.isEmpty,
      let steps = operation.reducedExtents(types).product.constantValue
    else { return nil }
    let visits = order == .panelsOutside ? others : []
    guard let tiles = (visits.product * rowTiles).constantValue else { return nil }
    let input = draft.inputs[columnInput]
    let prefetch = PanelPrefetch(
      input.buffer, panelCount: steps * width, stepCount: tiles * steps, stepsOfTile: steps,
      elementByteCount: input.type.elementType.byteCount)
    let visit = visits.isEmpty ? 0 : IndexSpace.linearized(position.others, others)
    return prefetch.map { ($0, TilePosition(panel: position.panel, tile: visit * rowTiles + position.rows)) }
  }
}

extension Node {
  /// Whether the operation is a function that takes many instructions and constants.
  fileprivate var isTranscendental: Bool {
    switch operation {
    case let unary as Unary:
      switch unary.function {
      case .exp, .expm1, .log, .log1p, .sin, .cos, .tan, .tanh, .sigmoid, .erf: true
      case .negate, .abs, .sign, .sqrt, .rsqrt, .floor, .ceil, .round, .not: false
      }
    case let binary as Binary: binary.function == .power || binary.function == .atan2
    default: false
    }
  }
}

extension Graph {
  /// A value as it is stored: itself, or the transposition that alone reads it; with the order of its axes.
  func stored(_ value: ValueID) -> (ValueID, [Int]) {
    if useCounts()[value.index] == 1, let reader = nodes.first(where: { $0.operands.contains(value) }),
      let transpose = reader.operation as? Transpose
    {
      return (reader.results[0], transpose.permutation)
    }
    return (value, Array(0..<type(of: value).rank))
  }

  /// The input that a value is, where it is a constant one and read once.
  func constantInput(_ value: ValueID, _ constants: Set<Int>) -> Int? {
    guard case .input(let input) = self[value].definition, constants.contains(input),
      useCounts()[value.index] == 1
    else { return nil }
    return input
  }
}

/// Where a tile is in the order of visits: its panel, and its number among the tiles of the panel.
private struct TilePosition {
  var panel: IntegerExpression
  var tile: IntegerExpression
}

/// The statements of one tile.
private struct TileWriter {
  let schedule: TileSchedule
  let draft: KernelDraft
  let accumulator: ElementType
  var width: Int
  /// The indices of the tile in the axes that are neither rows nor columns.
  let indices: [IntegerExpression]
  /// How the next panel of columns is fetched.
  var prefetch: (PanelPrefetch, TilePosition)?

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

  func emit(row: IntegerExpression, height: Int, column: IntegerExpression, isWhole: Bool) {
    let operation = schedule.operation
    let anchor = schedule.anchor
    let types = anchor.operands.map { schedule.body.type(of: $0) }
    let sums = builder.addBuffer("tile", accumulator, .local(count: height * width))
    tileLoop(height, row, column) { _, slot, _ in
      builder.store(builder.identity(of: operation.function, accumulator), sums, at: slot)
    }
    let extents = operation.reducedExtents(types)
    let inner = schedule.roles.reducedLoops.inner
    sumTerms(extents) { reduced in
      fetch(at: reduced, extents)
      tileLoop(height, row, column) { indices, slot, lane in
        let mask = isWhole ? nil : columnMask(indices)
        let reader = reader(types, mask, alongLanes: lane)
        loop(over: inner[...], extents, .unrolled, reduced) { reduced in
          let term = operation.emitTerm(at: anchorIndices(indices), reduced: reduced, mask: mask, reader)
          draft.emitter.add(term, operation.function, to: sums, at: slot)
        }
      }
    }
    let type = schedule.body.type(of: schedule.result).elementType
    let finished = schedule.finishesByRows ? copy(sums, height) : sums
    tileLoop(height, row, column, rows: schedule.finishesByRows ? .serial : .unrolled) { indices, slot, _ in
      let mask = isWhole ? nil : columnMask(indices)
      // The group was checked to use the result only at its own position.
      let sum = builder.convert(builder.load(finished, at: slot), to: type)
      draft.emitter.provide(schedule.result) { _, _ in sum }
      for (output, tensor) in zip(schedule.stored, draft.outputs) {
        let shape = schedule.body.type(of: output.value).shape
        let place = IndexSpace.reshaped(indices, from: schedule.shape, to: shape)
        let value = draft.emitter.element(output.value, at: place, mask: mask)
        let target = tensor.offset(of: output.indices(of: place))
        builder.store(value, tensor.buffer, at: target, mask: mask)
      }
      draft.emitter.withdraw(schedule.result)
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
    return OperandReader(builder: builder, types: types) { [draft, schedule] operand, indices, mask in
      let isVarying = indices.contains { $0.symbols.contains(where: lanes.contains) }
      return draft.emitter.element(
        schedule.anchor.operands[operand], at: indices, mask: isVarying || mask != columns ? mask : nil)
    }
  }

  /// Loops over the reduced indices around a tile, in the order of the schedule.
  private func sumTerms(_ extents: [IntegerExpression], _ body: ([IntegerExpression]) -> Void) {
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
