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
  /// All panels of columns for some rows, then the next rows: where the terms are so few that writing the result is what
  /// takes the time, it is written side by side.
  case rowsOutside
  /// As `panelsInside`, but for several consecutive indices of the last of the other axes at once: what these share, as
  /// the rows of an image under a sliding kernel do, is still in cache when it is read again.
  case bands(height: Int)

  /// The order for a product.
  static func product(
    terms: IntegerExpression, columns: IntegerExpression, _ type: ElementType, on target: TargetDescription
  ) -> TileOrder {
    let cache = target.cacheByteCounts.dropFirst().first ?? 1 << 20
    let isSmall = terms.typical <= 32 && terms.typical * columns.typical * type.byteCount <= cache / 4
    return isSmall ? .rowsOutside : .panelsInside
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
        others: IndexSpace.delinearized(place[0], others), panel: place[1], rows: place[2])
    case .rowsOutside:
      let place = IndexSpace.delinearized(time, [others.product, rows, panels])
      return Position(
        others: IndexSpace.delinearized(place[0], others), panel: place[2], rows: place[1])
    case .panelsOutside:
      let place = IndexSpace.delinearized(time, [panels, others.product, rows])
      return Position(
        others: IndexSpace.delinearized(place[1], others), panel: place[0], rows: place[2])
    case .bands(let height):
      let height = IntegerExpression(height)
      let bands = others[others.count - 1].floorDivided(by: height)
      let outer = others.dropLast() + [bands]
      let place = IndexSpace.delinearized(time, [outer.product, panels, height, rows])
      var indices = IndexSpace.delinearized(place[0], Array(outer))
      indices[indices.count - 1] = indices[indices.count - 1] * height + place[2]
      return Position(others: indices, panel: place[1], rows: place[3])
    }
  }
}
