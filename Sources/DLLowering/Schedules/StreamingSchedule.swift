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
  /// How the columns of the first product are copied, where its terms lie side by side in memory.
  let copy: PanelCopy?
  /// Up to which column rows are looked at, where a mask says so.
  let bound: StreamBound?

  /// The most elements of the strip.
  private static let stripElements = 65536
  /// The most elements of all panels, where they are copied together.
  private static let panelElements = 32768
  /// The number of tiles of rows that share these copies.
  private static let tilesOfPanels = 4
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
    copy = Self.copy(of: scores, in: body, accumulator)
    bound = StreamBound(stream, shape: shape, in: body)
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

  private static func copy(of scores: Node, in body: Graph, _ accumulator: ElementType) -> PanelCopy? {
    let types = scores.operands.map { body.type(of: $0) }
    guard let contract = scores.operation as? Contract, contract.isNormal(types[0].rank),
      types[1].elementType == accumulator,
      let copy = PanelCopy(scores, in: body, rowTiles: 1), copy.source == .transposed
    else { return nil }
    return copy
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let batch = shape.count == 3 ? shape[0] : 1
    let rows = AxisTiling(shape[shape.count - 2], length: firstTile.rows, balances: true)
    let columns = shape[shape.count - 1].upperBound ?? 64
    let depth = body.type(of: scores.operands[0]).shape.last?.upperBound ?? 64
    let width = body.type(of: product.results[0]).shape.last?.upperBound ?? 64
    let builder = draft.builder
    let keepsPanels =
      copy != nil && !Contract.hasFewRows(rows.extent) && paddedCount(columns) * depth <= Self.panelElements
    let tiles = keepsPanels ? Self.tilesOfPanels : 1
    let blocks = AxisTiling(rows.count, length: tiles, balances: false).count
    let work = max(1, tiles * firstTile.rows * columns * (depth + width))
    builder.grid(batch * blocks, grain: max(1, Self.grain / work)) { iteration in
      let image = bound(iteration.floorDivided(by: blocks), batch, 1, builder)
      let firstTile = iteration.modulo(blocks) * IntegerExpression(tiles)
      var writer = StreamWriter(schedule: self, draft: draft, batch: image, first: 0, height: 0)
      if keepsPanels { writer.copyPanels() }
      let emit = { (tile: IntegerExpression) in
        rows.emit(tile, in: draft.emitter) { start, height in
          var writer = writer
          writer.first = bound(start, rows.extent, height, builder)
          writer.height = height
          writer.emit()
        }
      }
      if tiles == 1 { return emit(firstTile) }
      builder.loop(.min(IntegerExpression(tiles), rows.count - firstTile)) { emit(firstTile + $0) }
    }
    return builder.finish()
  }

  /// The number of columns, rounded up to whole panels.
  func paddedCount(_ columns: Int) -> Int {
    let width = firstTile.vectors * target.lanes(of: accumulator)
    return (columns + width - 1) / width * width
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
