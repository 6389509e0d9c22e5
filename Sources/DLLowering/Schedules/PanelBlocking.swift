import DLGraph
import DLLoops
import DLOperations

/// The blocks in which a large product is computed, so that what its tiles read comes from near caches.
///
/// An iteration takes a group of panels of columns through a block of rows, some terms of the sums at a time: these rows and
/// terms of the left operand are read once for the whole group, and the panels once for all rows. Where there are more terms
/// than `depth`, the sums wait in an output between the pieces.
///
/// Method: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008.
public struct PanelBlocking: Codable, Hashable, Sendable {
  /// The greatest number of terms that are summed at a time.
  public var depth: Int
  /// The number of panels that an iteration computes.
  public var panels: Int
  /// The number of tiles along the rows that an iteration computes.
  public var tiles: Int

  /// The most memory that copied panels take: the stack of a thread may be small.
  static let copiedByteCount = 128 << 10
  /// The terms for which the start and the end of a tile take little time.
  private static let goodDepth = 1024
  /// The fewest tiles of rows for which a panel is copied, where there are as many.
  static let fewestTiles = 8
  /// A number of iterations that many threads can share evenly.
  private static let iterationCount = 32

  /// Blocks for a product of some extents.
  ///
  /// - Parameters:
  ///   - rowTiles: the number of tiles along the rows, over all of which a panel is read.
  ///   - others: the number of products in a batch.
  ///   - copies: whether the panels are copied into local memory.
  init(
    rowTiles: Int, columns: Int, terms: Int, others: Int, tile: TileShape, type: ElementType, copies: Bool,
    on target: TargetDescription
  ) {
    let lanes = target.lanes(of: type)
    let width = tile.vectors * lanes
    let cache = target.cacheByteCounts.dropFirst().first ?? 1 << 20
    let budget = copies ? min(Self.copiedByteCount, cache / 2) : cache / 2
    let most = max(min(Self.goodDepth, budget / (width * type.byteCount)) / lanes * lanes, lanes)
    let pieces = max((terms + most - 1) / most, 1)
    let even = (terms + pieces - 1) / pieces
    depth = max((even + lanes - 1) / lanes * lanes, lanes)
    let allPanels = max((columns + width - 1) / width, 1)
    let fitting = max(budget / (depth * width * type.byteCount), 1)
    let groups = (allPanels + fitting - 1) / fitting
    panels = (allPanels + groups - 1) / groups
    let blocks = max((Self.iterationCount + groups * others - 1) / max(groups * others, 1), 1)
    tiles = max(Self.fewestTiles, (rowTiles + blocks - 1) / blocks)
  }
}
