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
  /// The blocks in which the product is computed, and how its columns are copied; nil where tiles take all terms at once.
  private(set) var blocks: (PanelBlocking, PanelCopy?)?

  /// The number of multiplications worth handing to another thread: some two microseconds of them.
  var grain: Int { roles.slidingExtent == nil ? 262144 : 65536 }

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameters:
  ///   - constants: the inputs of the body whose elements are known now.
  ///   - panelWidth: the width of the panels of columns; the best one where nil.
  ///   - tuning: choices that take the place of those of the cost model.
  init?(
    _ body: Graph, constants: Set<Int>, panelWidth: Int? = nil, target: TargetDescription, symbols: [Symbol],
    tuning: TuningTable = TuningTable()
  ) {
    guard
      let untuned = TileSchedule(
        body, constants: constants, panelWidth: panelWidth, target: target, symbols: symbols, choice: nil)
    else { return nil }
    guard !tuning.choices.isEmpty, let choice = untuned.choice(in: tuning, panelWidth: panelWidth),
      let tuned = TileSchedule(
        body, constants: constants, panelWidth: panelWidth, target: target, symbols: symbols, choice: choice)
    else {
      self = untuned
      return
    }
    self = tuned
  }

  private init?(
    _ body: Graph, constants: Set<Int>, panelWidth: Int?, target: TargetDescription, symbols: [Symbol],
    choice: TileChoice?
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
    tile =
      choice.map { TileShape(rows: $0.rows, vectors: $0.vectors) }
      ?? Self.tile(shape, types, roles, accumulator, balances: balances, vectors: vectors, target)
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
    order = roles.order(of: operation, types, shape: shape, tile: (tile.rows, width), on: target)
    finishesByRows = tile.rows > 1 && body.nodes.contains { $0.isTranscendental }
    let prologue = prologuePackings(constants, width: width)
    columnInputs += prologue.keys
    self.packings.merge(prologue) { direct, _ in direct }
    blocks = blocks(isPacked: columnInput != nil && rowInput == nil, choice)
  }

  /// - Parameters:
  ///   - balances: whether the tiles may have heights that differ by one.
  ///   - vectors: the width, where it is given.
  private static func tile(
    _ shape: [IntegerExpression], _ types: [TensorType], _ roles: TileRoles, _ type: ElementType,
    balances: Bool, vectors: Int?, _ target: TargetDescription
  ) -> TileShape {
    func extent(_ axis: Int) -> Int { shape[axis].typical }
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
    if let (blocking, copy) = blocks { return kernel(in: blocking, copying: copy) }
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let types = anchor.operands.map { body.type(of: $0) }
    let accumulator = operation.accumulatorType(types)
    let columns = shape[shape.count - 1]
    let columnTiles = (columns + IntegerExpression(width - 1)).floorDivided(by: IntegerExpression(width))
    let rows = AxisTiling(roles.rowAxis.map { shape[$0] } ?? 1, length: tile.rows, balances: balances)
    let others = shape.indices.filter { $0 != roles.rowAxis && $0 != shape.count - 1 }
    let otherExtents = others.map { shape[$0] }
    let terms = operation.reducedExtents(types).product.upperBound ?? 64
    let grain = max(1, self.grain / max(1, terms * tile.rows * width))

    draft.builder.grid(otherExtents.product * columnTiles * rows.count, grain: grain) { iteration in
      let position = order.position(
        at: iteration, others: otherExtents, panels: columnTiles, rows: rows.count)
      var indices = [IntegerExpression](repeating: 0, count: shape.count)
      for (axis, index) in zip(others, position.others) { indices[axis] = index }
      var writer = TileWriter(
        schedule: self, draft: draft, accumulator: accumulator, width: width, indices: indices)
      writer.prefetch = prefetch(draft, types, at: position)
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
    _ draft: KernelDraft, _ types: [TensorType], at position: TileOrder.Position
  ) -> (PanelPrefetch, TilePosition)? {
    guard let columnInput, roles.reducedLoops.inner.isEmpty, order != .rowBands(tiles: 1),
      let steps = operation.reducedExtents(types).product.constantValue,
      let tiles = position.visit.count.constantValue
    else { return nil }
    let input = draft.inputs[columnInput]
    let prefetch = PanelPrefetch(
      input.buffer, panelCount: steps * width, stepCount: tiles * steps, stepsOfTile: steps,
      elementByteCount: input.type.elementType.byteCount)
    return prefetch.map { ($0, TilePosition(panel: position.panel, tile: position.visit.index)) }
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
