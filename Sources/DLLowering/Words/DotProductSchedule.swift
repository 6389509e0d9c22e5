import DLGraph
import DLLoops
import DLOperations

/// A contraction or convolution by tiles whose terms are summed several at a time, by the dot-product instructions of the
/// target: four products of bytes, or two of bf16.
///
/// A tile is kept in registers while its terms are summed. Of the weights a row of words is read for each step, of the
/// other factor one word for each row of the tile, which all columns share. Then everything that follows in the group
/// is computed on the tile and stored.
struct DotProductSchedule {
  let body: Graph
  let symbols: [Symbol]
  let anchor: Node
  let operation: any ReducingOperation
  /// The anchor's result as it is stored.
  let result: ValueID
  /// The shape of the stored result.
  let shape: [IntegerExpression]
  let form: DotProductForm
  /// What multiplies the words: the form's product, or a faster one that the weights allow.
  private(set) var product: DotProduct
  let tile: TileShape
  let blocking: WordBlocking

  /// Whether all rows are computed for one panel before the next: it stays in cache while the rows stream by. Weights that
  /// fit into the second cache stream by the rows instead, which are read and written piece by piece.
  let visitsPanelsFirst: Bool

  /// The number of multiplications worth handing to another thread.
  private static let grain = 131_072

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameters:
  ///   - constants: the inputs of the body whose elements are known now.
  ///   - panelWidth: the width of the panels of columns; the best one where nil.
  init?(
    _ body: Graph, constants: Set<Int>, panelWidth: Int? = nil, target: TargetDescription, symbols: [Symbol]
  ) {
    guard let anchor = body.onlyReduction, let operation = anchor.reducing else { return nil }
    let permutation: [Int]
    (result, permutation) = body.stored(anchor.results[0])
    shape = body.type(of: result).shape
    guard !shape.isEmpty, body.isAligned(after: result),
      let form = DotProductForm(
        body, anchor, operation, permutation: permutation, shape: shape, constants: constants),
      let tile = Self.tile(form, shape, panelWidth: panelWidth, target)
    else { return nil }
    self.body = body
    self.symbols = symbols
    self.operation = operation
    self.form = form
    product = form.product
    self.tile = tile
    self.anchor = anchor
    blocking = form.blocking(width: tile.vectors * target.lanes(of: form.product.sum))
    let cache = target.cacheByteCounts.dropFirst().first ?? 1 << 18
    visitsPanelsFirst = blocking.panels * blocking.rows * blocking.width * 4 > cache / 2
  }

  private static func tile(
    _ form: DotProductForm, _ shape: [IntegerExpression], panelWidth: Int?, _ target: TargetDescription
  ) -> TileShape? {
    // Products of two bytes, and the ones with which they are added.
    let spares = form.product == .bytes && target.prefersBoundedBytes ? 2 : 0
    func extent(_ axis: Int) -> Int { shape[axis].constantValue ?? min(shape[axis].upperBound ?? 64, 64) }
    var tile = TileShape.fastest(
      rows: form.rowAxis.map(extent) ?? 1, columns: extent(shape.count - 1), of: form.product.sum,
      balances: false, vectors: panelWidth.map { max($0 / target.lanes(of: form.product.sum), 1) },
      spares: spares, on: target)
    guard let group = form.groupWidth else { return tile }
    while tile.vectors > 0, group % (tile.vectors * target.lanes(of: form.product.sum)) != 0 {
      tile.vectors -= 1
    }
    return tile.vectors > 0 ? tile : nil
  }

  /// Whether the weights let words of bytes be multiplied two by two in 16 bits, where the target is faster with that.
  func isBounded(_ weights: Literal?, on target: TargetDescription) -> Bool {
    guard form.product == .bytes, target.prefersBoundedBytes, let weights else { return false }
    return blocking.pairsAreBounded(in: weights)
  }

  /// The schedule for weights of which `isBounded` is true.
  var bounded: DotProductSchedule {
    var result = self
    result.product = .boundedBytes
    return result
  }

  var packings: [Int: OperandPacking] { [form.right: .words(blocking)] }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let rows = form.rowAxis.map { shape[$0] } ?? 1
    let rowTiles = (rows + IntegerExpression(tile.rows - 1)).floorDivided(by: IntegerExpression(tile.rows))
    let others = shape.indices.filter { $0 != form.rowAxis && $0 != shape.count - 1 }
    let otherExtents = others.map { shape[$0] }
    let products = blocking.rows * form.product.elementCount * tile.rows * blocking.width
    let grain = max(1, Self.grain / max(1, products))
    let panels = IntegerExpression(blocking.panels)
    draft.builder.grid(panels * otherExtents.product * rowTiles, grain: grain) { iteration in
      let position =
        visitsPanelsFirst
        ? IndexSpace.delinearized(iteration, [panels, otherExtents.product, rowTiles])
        : IndexSpace.delinearized(iteration, [otherExtents.product, rowTiles, panels]).rotatedRight
      var indices = [IntegerExpression](repeating: 0, count: shape.count)
      for (axis, index) in zip(others, IndexSpace.delinearized(position[1], otherExtents)) {
        indices[axis] = index
      }
      let writer = DotProductTile(schedule: self, draft: draft, panel: position[0], indices: indices)
      guard form.rowAxis != nil else { return writer.emit(row: 0, height: 1) }
      draft.emitter.constantChunk(position[2] * IntegerExpression(tile.rows), tile.rows, of: rows) {
        writer.emit(row: $0, height: $1)
      }
    }
    return draft.builder.finish()
  }
}

extension Array {
  /// The elements with the last one first.
  fileprivate var rotatedRight: Array { suffix(1) + dropLast() }
}
