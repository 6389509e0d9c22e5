import DLGraph
import DLLoops

/// The part of a result that is kept in registers while the terms are summed: rows by vectors.
public struct TileShape: Hashable, Sendable, CustomStringConvertible {
  public var rows: Int
  /// The width, in vectors.
  public var vectors: Int

  public init(rows: Int, vectors: Int) {
    self.rows = rows
    self.vectors = vectors
  }

  public var description: String { "\(rows)x\(vectors)v" }

  /// The shape that a simple model of the machine takes for the fastest.
  ///
  /// A step of the sum costs a multiply-add for each accumulator and a read for each row and each vector; two of either
  /// start in a cycle. The accumulators, one vector of the columns and one broadcast row must fit into the registers.
  ///
  /// - Parameters:
  ///   - rows: the extent of the rows; 1 where the tile has no second axis.
  ///   - columns: the extent of the columns.
  static func fastest(
    rows: Int, columns: Int, of type: ElementType, on target: TargetDescription
  ) -> TileShape {
    let lanes = target.lanes(of: type)
    var best = TileShape(rows: 1, vectors: 1)
    var least = Double.infinity
    for height in 1...min(14, max(rows, 1)) {
      for vectors in 1...4 where height * vectors + vectors + 1 <= target.vectorRegisterCount {
        let width = vectors * lanes
        let tiles = Double((columns + width - 1) / width)
        let cost = { (h: Int) in max(Double(h * vectors), Double(h + vectors) * 0.9, 4) + 0.5 }
        let whole = Double(rows / height) * cost(height)
        let rest = rows % height == 0 ? 0 : cost(rows % height)
        let total = tiles * (whole + rest)
        if total < least { (best, least) = (TileShape(rows: height, vectors: vectors), total) }
      }
    }
    return best
  }

  /// The shape for sums over a window that slides along the rows.
  ///
  /// Beside the accumulators, what is read under the window and its weights stay in registers.
  static func sliding(
    window: Int, rows: Int, columns: Int, of type: ElementType, on target: TargetDescription
  ) -> TileShape {
    let lanes = target.lanes(of: type)
    var best = TileShape(rows: 1, vectors: 1)
    for vectors in 1...2 where vectors == 1 || columns % (vectors * lanes) == 0 {
      let fitting = (target.vectorRegisterCount - 1) / vectors - 2 * window
      let most = min(max(fitting, vectors == 1 ? 4 : 0), 14 / vectors, max(rows, 1))
      guard most > 0 else { continue }
      let dividing = (1...most).last { rows % $0 == 0 } ?? 1
      let tiles = (rows + most - 1) / most
      let height = 2 * dividing > most ? dividing : (rows + tiles - 1) / tiles
      if height * vectors >= best.rows * best.vectors { best = TileShape(rows: height, vectors: vectors) }
    }
    return best
  }
}
