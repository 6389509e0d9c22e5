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
  /// start in a cycle, and a result can be added to four cycles later. The accumulators, one vector of the columns, one
  /// broadcast row and what else a step takes must fit into the registers.
  ///
  /// - Parameters:
  ///   - rows: the extent of the rows; 1 where the tile has no second axis.
  ///   - columns: the extent of the columns.
  ///   - balances: whether the rows are cut into tiles that differ by at most one row.
  ///   - limits: the greatest numbers of rows and vectors.
  ///   - vectors: the number of vectors, where it is given.
  ///   - spares: the number of registers that a step takes besides.
  static func fastest(
    rows: Int, columns: Int, of type: ElementType, balances: Bool,
    within limits: (rows: Int, vectors: Int) = (14, 4), vectors: Int? = nil, spares: Int = 0,
    on target: TargetDescription
  ) -> TileShape {
    let lanes = target.lanes(of: type)
    let widths = vectors.map { $0...$0 } ?? 1...limits.vectors
    var best = TileShape(rows: 1, vectors: widths.lowerBound)
    var least = Double.infinity
    for height in 1...min(limits.rows, max(rows, 1)) {
      for vectors in widths where height * vectors + vectors + 1 + spares <= target.vectorRegisterCount {
        let count = max(1, (rows + height - 1) / height)
        // The heights, longest first, with how many tiles have them.
        let heights =
          balances && rows > 0
          ? [(rows / count + 1, rows % count), (rows / count, count - rows % count)]
          : [(height, rows / height), (rows % height, rows % height == 0 ? 0 : 1)]
        let cost = { (width: Int) in
          heights.reduce(0) { $0 + Double($1.1) * stepCost(rows: $1.0, vectors: width) }
        }
        let vectorCount = (columns + lanes - 1) / lanes
        var total = Double(vectorCount / vectors) * cost(vectors)
        if vectorCount % vectors != 0 { total += cost(vectorCount % vectors) }
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

  /// The fastest width of tiles whose height is given.
  static func fastest(
    columns: Int, height rows: Int, of type: ElementType, on target: TargetDescription
  ) -> TileShape {
    let count = (columns + target.lanes(of: type) - 1) / target.lanes(of: type)
    let widths = (1...4).filter { rows * $0 + $0 + 1 <= target.vectorRegisterCount }
    func cost(_ width: Int) -> Double {
      let rest = count % width
      return Double(count / width) * stepCost(rows: rows, vectors: width)
        + (rest == 0 ? 0 : stepCost(rows: rows, vectors: rest))
    }
    return TileShape(rows: rows, vectors: widths.min { cost($0) < cost($1) } ?? 1)
  }

  /// The cost of one step of the sum, in half cycles.
  private static func stepCost(rows: Int, vectors: Int) -> Double {
    // Narrow tiles read a panel of columns less often in all.
    max(Double(rows * vectors), Double(rows + vectors) * 0.9, 8) + 0.5 + 0.05 * Double(vectors)
  }
}
