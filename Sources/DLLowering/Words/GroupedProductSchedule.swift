import DLGraph
import DLLoops
import DLOperations

/// A product of bytes with weights of four or eight bits that share scales in groups, by the dot-product instructions of
/// the target.
///
/// For a few rows this reads the weights as fast as the memory gives them: a word of four-bit weights is taken apart by a
/// shift and two masks, and each half costs one instruction for four terms. What the weights are too great by, because
/// they count as unsigned here, is the same for all columns: it is summed once for each row.
struct GroupedProductSchedule {
  let body: Graph
  let symbols: [Symbol]
  /// The shape of the result.
  let shape: [IntegerExpression]
  let form: GroupedProductForm
  let tile: TileShape
  let blocking: WordBlocking

  /// The number of multiplications worth handing to another thread.
  private static let grain = 131_072
  /// All products of a program read the same panels, whatever their rows: the weights then lie in memory once.
  private static let vectors = 4
  private static let mostRows = 4

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameter constants: the inputs of the body whose elements are known now.
  init?(_ body: Graph, constants: Set<Int>, target: TargetDescription, symbols: [Symbol]) {
    guard let form = GroupedProductForm(body, constants: constants),
      body.isAligned(after: form.anchor.results[0])
    else { return nil }
    self.body = body
    self.symbols = symbols
    self.form = form
    shape = body.type(of: form.anchor.results[0]).shape
    let lanes = target.lanes(of: .f32)
    tile = TileShape(
      rows: min(form.rows.constantValue ?? Self.mostRows, Self.mostRows),
      vectors: min(Self.vectors, (form.columns + lanes - 1) / lanes))
    blocking = form.blocking(width: tile.vectors * lanes)
  }

  var packings: [Int: OperandPacking] {
    [
      form.right: .words(blocking),
      form.rightScales: .blocks(
        AxisBlocking(axis: form.scaleAxes.column, block: blocking.width, others: [form.scaleAxes.group])),
    ]
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let height = IntegerExpression(max(tile.rows, 1))
    let rowTiles = (form.rows + (height - 1)).floorDivided(by: height)
    let products = form.groups * form.count * tile.rows * blocking.width
    draft.builder.grid(
      IntegerExpression(blocking.panels) * rowTiles, grain: max(1, Self.grain / max(1, products))
    ) { iteration in
      let position = IndexSpace.delinearized(iteration, [IntegerExpression(blocking.panels), rowTiles])
      let writer = GroupedProductTile(schedule: self, draft: draft, panel: position[0])
      if form.rows == 1 { return writer.emit(row: 0, height: 1) }
      draft.emitter.constantChunk(position[1] * height, max(tile.rows, 1), of: form.rows) {
        writer.emit(row: $0, height: $1)
      }
    }
    return draft.builder.finish()
  }
}
