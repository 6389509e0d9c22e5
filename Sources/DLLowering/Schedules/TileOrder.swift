import DLGraph
import DLLoops
import DLOperations

/// The order in which the tiles of a result are visited: mostly along rows innermost, so that a panel of columns stays in
/// cache while the rows stream by.
enum TileOrder: Equatable {
  /// All panels of columns for one index of the other axes, then the next.
  case panelsInside
  /// Everything for one panel of columns, then the next: what belongs to the columns is read once.
  case panelsOutside
  /// All panels of columns for some tiles of rows, then for the next ones: rows are read from afar once, and threads that
  /// share a product by its rows find there what they computed themselves. With one tile the result is written side by
  /// side.
  case rowBands(tiles: Int)
  /// As `panelsInside`, but for several consecutive indices of the last of the other axes at once: what these share, as
  /// the rows of an image under a sliding kernel do, is still in cache when it is read again.
  case bands(height: Int)

  /// The order for a product of some rows and columns.
  ///
  /// - Parameter tile: the rows of a tile.
  static func product(
    rows: IntegerExpression, terms: IntegerExpression, columns: IntegerExpression, tile: Int,
    _ type: ElementType, on target: TargetDescription
  ) -> TileOrder {
    let byteCount = terms.typical * columns.typical * type.byteCount
    // Where the terms are few, writing the result is what takes the time.
    if terms.typical <= 32, byteCount <= secondCache(of: target) / 4 { return .rowBands(tiles: 1) }
    guard keepsWeights(byteCount, on: target), let rows = rows.constantValue else { return .panelsInside }
    let count = (rows + tile - 1) / tile
    let tileByteCount = tile * (terms.typical + columns.typical) * type.byteCount
    let fitting = (1..<max(count, 1)).last {
      count % $0 == 0 && $0 * tileByteCount <= secondCache(of: target) / 4
    }
    guard let fitting, fitting >= fewestTilesOfBand else { return .panelsInside }
    return .rowBands(tiles: fitting)
  }

  /// The fewest tiles for which a panel is worth reading.
  private static let fewestTilesOfBand = 3

  /// Whether weights stay in the second-level cache, beside what else is there.
  static func keepsWeights(_ byteCount: Int, on target: TargetDescription) -> Bool {
    byteCount <= secondCache(of: target) / 2
  }

  private static func secondCache(of target: TargetDescription) -> Int {
    target.cacheByteCounts.dropFirst().first ?? 1 << 20
  }

  /// The order for a convolution whose output channels each read few input channels: then input is what is read
  /// most often, and a panel of it for a band should fit the first cache.
  ///
  /// - Parameters:
  ///   - shape: the shape of the stored result, `[N, S…, O]`.
  ///   - width: the columns of a tile.
  static func bands(
    of convolve: Convolve, _ kernel: [IntegerExpression], shape: [IntegerExpression], width: Int,
    _ type: ElementType, on target: TargetDescription
  ) -> TileOrder {
    let spatial = shape.count - 2
    guard spatial >= 2, let cache = target.cacheByteCounts.first,
      let height = shape[spatial - 1].constantValue,
      let pixels = shape[spatial].constantValue
    else { return .panelsInside }
    func reach(_ outputs: Int, _ axis: Int) -> Int? {
      kernel[2 + axis].constantValue.map {
        (outputs - 1) * convolve.strides[axis] + ($0 - 1) * convolve.dilation[axis] + 1
      }
    }
    let fitting = (1...max(height, 1)).last { band in
      guard height % band == 0, let rows = reach(band, spatial - 2), let columns = reach(pixels, spatial - 1)
      else { return false }
      return rows * columns * width * type.byteCount <= cache * 3 / 4
    }
    return fitting.map { $0 > 1 ? .bands(height: $0) : .panelsInside } ?? .panelsInside
  }

  /// Where a tile lies.
  struct Position {
    /// The indices in the axes that are neither rows nor columns.
    var others: [IntegerExpression]
    var panel: IntegerExpression
    /// The number of the tile along the rows.
    var rows: IntegerExpression
    /// Which of the tiles it is that are visited with one panel after another, and how many there are of them.
    var visit: (index: IntegerExpression, count: IntegerExpression)
  }

  /// The tile that is visited at a time.
  ///
  /// - Parameters:
  ///   - others: the extents of the axes that are neither rows nor columns.
  ///   - panels: the number of tiles along the columns.
  ///   - rows: the number of tiles along the rows.
  func position(
    at time: IntegerExpression, others: [IntegerExpression], panels: IntegerExpression,
    rows: IntegerExpression
  ) -> Position {
    switch self {
    case .panelsInside:
      let place = IndexSpace.delinearized(time, [others.product, panels, rows])
      return Position(
        others: IndexSpace.delinearized(place[0], others), panel: place[1], rows: place[2],
        visit: (place[2], rows))
    case .rowBands(let tiles):
      let tiles = IntegerExpression(tiles)
      let place = IndexSpace.delinearized(
        time, [others.product, rows.floorDivided(by: tiles), panels, tiles])
      return Position(
        others: IndexSpace.delinearized(place[0], others), panel: place[2], rows: place[1] * tiles + place[3],
        visit: (place[3], tiles))
    case .panelsOutside:
      let place = IndexSpace.delinearized(time, [panels, others.product, rows])
      return Position(
        others: IndexSpace.delinearized(place[1], others), panel: place[0], rows: place[2],
        visit: (place[1] * rows + place[2], others.product * rows))
    case .bands(let height):
      let height = IntegerExpression(height)
      let bands = others[others.count - 1].floorDivided(by: height)
      let outer = others.dropLast() + [bands]
      let place = IndexSpace.delinearized(time, [outer.product, panels, height, rows])
      var indices = IndexSpace.delinearized(place[0], Array(outer))
      indices[indices.count - 1] = indices[indices.count - 1] * height + place[2]
      return Position(others: indices, panel: place[1], rows: place[3], visit: (place[3], rows))
    }
  }
}
