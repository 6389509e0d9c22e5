import DLGraph
import DLLoops

/// The sizes of the pieces in which a convolution is computed by Winograd's method.
struct WinogradBlocking {
  /// The number of tiles that are transformed before they are multiplied.
  let stripTiles: Int
  let stripCount: IntegerExpression
  /// The elements between the transformed values of a strip at one point and at the next: some more than there are, lest
  /// all values of a tile compete for the same places of the first cache.
  let pointStride: Int
  /// The number of tiles of a strip that one iteration multiplies.
  let blockTiles: Int
  /// The number of output channels that one iteration computes.
  let width: Int
  /// Whether the weights of a panel are too many for the second cache, so that they have to be asked for in time.
  let streamsWeights: Bool
  /// The most tiles whose sums are kept in registers.
  let greatestHeight: Int

  init(_ problem: WinogradProblem, _ transform: WinogradTransform, _ target: TargetDescription) {
    let cache = target.cacheByteCounts.dropFirst().first ?? 1 << 19
    let bytesOfTile = transform.productCount * problem.channels * 4
    let tiles = problem.tileCount(transform)
    let most = max(tiles.upperBound ?? Int.max, 1)

    // Wider panels would take more passes of fewer tiles over the weights, which come from far away.
    let lanes = target.lanes(of: .f32)
    let vectors = problem.outputs > lanes ? 2 : 1
    width = vectors * lanes
    greatestHeight = max(1, min(14, (target.vectorRegisterCount - 1) / vectors - 1))

    // A strip should stay in the second cache, but then all weights are read once more for the next one.
    let budget = max(cache, bytesOfTile * problem.outputs / 4)
    var strip = most
    if most > 1, bytesOfTile * most > budget {
      let largest = max(2 * greatestHeight, budget / bytesOfTile)
      let strips = (most + largest - 1) / largest
      strip = (most + strips - 1) / strips
      strip = (strip + greatestHeight - 1) / greatestHeight * greatestHeight
    }
    stripTiles = strip
    pointStride = strip * problem.channels + lanes
    stripCount = (tiles + IntegerExpression(strip - 1)).floorDivided(by: IntegerExpression(strip))

    // More tiles for each time that the weights of the panel are read, where those don't stay in the second cache.
    streamsWeights = bytesOfTile * width > cache / 2
    let largest = streamsWeights ? 2 * greatestHeight : greatestHeight
    let blocks = (strip + largest - 1) / largest
    blockTiles = (strip + blocks - 1) / blocks
  }

  /// The heights of the pieces of some tiles whose sums fit into registers: as few and as equal as possible.
  func heights(of tiles: Int) -> [(height: Int, count: Int)] {
    let count = (tiles + greatestHeight - 1) / greatestHeight
    let (height, taller) = (tiles / count, tiles % count)
    return [(height + 1, taller), (height, count - taller)].filter { $0.count > 0 }
  }
}
