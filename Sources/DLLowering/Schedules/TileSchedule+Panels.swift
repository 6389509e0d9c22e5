import DLGraph
import DLLoops
import DLOperations

/// Some consecutive terms of a tile's sums.
struct TermRange {
  var start: IntegerExpression
  var count: IntegerExpression
  /// The number of the range, where there are several.
  var index: IntegerExpression
  /// The output where sums wait between ranges; nil where there is one range.
  var waiting: Int?
  /// Whether the range is the last one.
  var isLast: Local?
}

// Products that are computed in blocks.
extension TileSchedule {
  /// The blocks for the product of the group, and how its columns are copied; nil where tiles take all terms at once.
  ///
  /// - Parameters:
  ///   - isPacked: whether the columns are packed at compile time.
  ///   - choice: what takes the place of the cost model.
  func blocks(isPacked: Bool, _ choice: TileChoice?) -> (PanelBlocking, PanelCopy?)? {
    guard let contract = anchor.operation as? Contract,
      contract.isNormal(body.type(of: anchor.operands[0]).rank), isPacked || packings.isEmpty
    else { return nil }
    let types = anchor.operands.map { body.type(of: $0) }
    let type = operation.accumulatorType(types)
    guard types[1].elementType == type, type.isFloatingPoint else { return nil }
    let terms = operation.reducedExtents(types)[0]
    let rowTiles = (shape[shape.count - 2].typical + tile.rows - 1) / tile.rows
    let copy = isPacked ? nil : PanelCopy(anchor, in: body, rowTiles: rowTiles)
    if isPacked {
      // The rows stream by for every panel, also from afar; the panel has to stay.
      let cache = target.cacheByteCounts.dropFirst().first ?? 1 << 20
      guard width * terms.typical * type.byteCount > cache else { return nil }
    } else if copy == nil || copy?.source == .transposed && shape[shape.count - 1].constantValue == nil {
      return nil
    }
    let modelled = PanelBlocking(
      rowTiles: rowTiles, columns: shape[shape.count - 1].typical,
      terms: terms.constantValue ?? Int.max / 2, others: shape.dropLast(2).reduce(1) { $0 * $1.typical },
      tile: tile, type: type, copies: copy != nil, on: target)
    // What lies along the sum has to be copied.
    if let choice, choice.blocking == nil, copy?.source != .transposed { return nil }
    let blocking = choice?.blocking ?? modelled
    let isWhole = terms.constantValue.map { $0 <= blocking.depth } ?? false
    return isWhole || waitingOutput != nil ? (blocking, copy) : nil
  }

  /// An output that can hold sums: it has an element of their type for each of them.
  private var waitingOutput: Int? {
    let type = operation.accumulatorType(anchor.operands.map { body.type(of: $0) })
    return stored.firstIndex { body.type(of: $0.value).elementType == type }
  }

  /// The kernel of a product that is computed in blocks.
  func kernel(in blocking: PanelBlocking, copying copy: PanelCopy?) -> Kernel {
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let builder = draft.builder
    let types = anchor.operands.map { body.type(of: $0) }
    let accumulator = operation.accumulatorType(types)
    let lanes = target.lanes(of: accumulator)
    let columns = shape[shape.count - 1]
    let panels = (columns + IntegerExpression(width - 1)).floorDivided(by: IntegerExpression(width))
    let groups = AxisTiling(panels, length: blocking.panels, balances: false).count
    let rows = AxisTiling(shape[shape.count - 2], length: tile.rows, balances: balances)
    let blocks = AxisTiling(rows.count, length: blocking.tiles, balances: false).count
    let batch = Array(shape.dropLast(2))
    let terms = operation.reducedExtents(types)[0]
    let work = terms.typical * blocking.tiles * tile.rows * width * blocking.panels
    let value = anchor.operands[1]

    builder.grid(batch.product * groups * blocks, grain: max(1, self.grain / max(work, 1))) { iteration in
      let place = IndexSpace.delinearized(iteration, [batch.product, groups, blocks])
      let outer = IndexSpace.delinearized(place[0], batch)
      let writer = TileWriter(
        schedule: self, draft: draft, accumulator: accumulator, width: width, indices: outer + [0, 0])
      let (firstPanel, firstTile) = (
        place[1] * IntegerExpression(blocking.panels), place[2] * IntegerExpression(blocking.tiles)
      )
      let panelCount = IntegerExpression.min(IntegerExpression(blocking.panels), panels - firstPanel)
      let tileCount = IntegerExpression.min(IntegerExpression(blocking.tiles), rows.count - firstTile)
      let buffer = copy.map { _ in
        builder.addBuffer(
          "panels", accumulator, .local(count: blocking.panels * blocking.depth * width))
      }
      /// Visits the panels of the group, with where a copy of them begins.
      func visitPanels(
        _ body: (TileWriter, _ start: IntegerExpression, _ isWhole: Bool, PanelCopy.Target?) -> Void
      ) {
        builder.loop(panelCount) { panel in
          let start = (firstPanel + panel) * IntegerExpression(width)
          writer.splitColumns(start, columns) { writer, isWhole in
            let target = buffer.map {
              PanelCopy.Target(
                buffer: $0, start: panel * IntegerExpression(blocking.depth * width), pitch: writer.width)
            }
            body(writer, start, isWhole, target)
          }
        }
      }
      visit(terms, depth: blocking.depth, in: builder) { range in
        if let copy {
          visitPanels { writer, start, isWhole, target in
            guard let target else { return }
            let count = isWhole ? writer.width : (columns.constantValue ?? 0) % width
            copy.emit(
              draft, batch: outer, range, of: terms, columns: (start, count), to: target, lanes: lanes
            ) { term, column in
              let mask = isWhole ? nil : builder.isInRange(column, 0, columns)
              return draft.emitter.element(value, at: outer + [term, column], mask: mask)
            }
          }
        }
        builder.loop(tileCount) { tile in
          visitPanels { writer, start, isWhole, target in
            var writer = writer
            writer.readCopy = target.map { target in
              { indices in
                let term = indices[indices.count - 2] - range.start
                let column = indices[indices.count - 1] - start
                return builder.load(
                  target.buffer, at: target.start + term * IntegerExpression(target.pitch) + column)
              }
            }
            rows.emit(firstTile + tile, in: draft.emitter) { row, height in
              writer.emit(row: row, height: height, column: start, isWhole: isWhole, range)
            }
          }
        }
      }
    }
    return builder.finish()
  }

  /// Visits the terms piece by piece.
  private func visit(
    _ terms: IntegerExpression, depth: Int, in builder: KernelBuilder, _ body: (TermRange) -> Void
  ) {
    if let count = terms.constantValue, count <= depth {
      return body(TermRange(start: 0, count: terms, index: 0))
    }
    let pieces = AxisTiling(terms, length: depth, balances: false).count
    let depth = IntegerExpression(depth)
    builder.loop(pieces) { piece in
      let isLast = builder.compare(.equal, builder.index(piece), builder.index(pieces - 1))
      body(
        TermRange(
          start: piece * depth, count: .min(depth, terms - piece * depth), index: piece,
          waiting: waitingOutput, isLast: isLast))
    }
  }
}
