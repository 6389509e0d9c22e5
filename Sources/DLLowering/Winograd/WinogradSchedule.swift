import DLGraph
import DLLoops
import DLOperations

/// A convolution with kernels of 3x3 elements by Winograd's short convolutions: fewer multiplications, at the price of
/// transforms and of a somewhat larger rounding error.
///
/// The result is cut into square tiles. One kernel transforms the tiles of the operand; the other multiplies them by the
/// transformed weights, one matrix product for each point of the transform, transforms back, and does what else there is
/// in the group. The two take turns over strips of tiles, so that what passes between them stays in cache.
struct WinogradSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  let transform: WinogradTransform
  let problem: WinogradProblem
  let blocking: WinogradBlocking
  /// The strip that is computed; nil where there is one alone.
  let strip: Symbol?

  init(
    _ problem: WinogradProblem, _ transform: WinogradTransform, in body: Graph, symbols: [Symbol],
    target: TargetDescription
  ) {
    self.body = body
    self.target = target
    self.symbols = symbols
    self.transform = transform
    self.problem = problem
    blocking = WinogradBlocking(problem, transform, target)
    let strips = blocking.stripCount
    strip = strips == 1 ? nil : Symbol("strip", lower: 0, upper: strips - 1)
  }

  /// The schedule for a group, where it is of this kind and faster so.
  ///
  /// - Parameter constants: the inputs of the body whose elements are known now.
  static func fastest(
    for body: Graph, constants: Set<Int>, target: TargetDescription, symbols: [Symbol]
  ) -> WinogradSchedule? {
    guard let problem = WinogradProblem(body, constants: constants) else { return nil }
    let cost = WinogradCost(problem, target)
    let candidates = [WinogradTransform.four, .two].map { (transform: $0, cycles: cost.cycles($0)) }
    guard let best = candidates.min(by: { $0.cycles < $1.cycles }), best.cycles < cost.directCycles else {
      return nil
    }
    return WinogradSchedule(problem, best.transform, in: body, symbols: symbols, target: target)
  }

  /// How the weights lie.
  var packings: [Int: OperandPacking] {
    [problem.weights: .winograd(WinogradWeights(transform: transform, width: blocking.width))]
  }

  /// The transformed tiles of a strip: at each point `[tiles, C]`, and unused elements.
  var scratch: TensorType {
    TensorType(.f32, [transform.productCount, blocking.pointStride].map { IntegerExpression($0) })
  }

  /// Where the value of a tile at a point lies in `scratch`.
  func offset(
    of point: IntegerExpression, _ tile: IntegerExpression, _ channel: IntegerExpression
  ) -> IntegerExpression {
    point * IntegerExpression(blocking.pointStride) + tile * IntegerExpression(problem.channels) + channel
  }

  /// The symbols that the kernels take.
  var kernelSymbols: [Symbol] { symbols + (strip.map { [$0] } ?? []) }

  // MARK: Tiles

  /// A tile of the result.
  struct Tile {
    var image: IntegerExpression
    /// Of its first element.
    var row: IntegerExpression
    var column: IntegerExpression
  }

  /// Emits `emit` for the tile at a position in the strip; nothing where there is none.
  func withTile(
    at position: IntegerExpression, in builder: KernelBuilder, _ emit: (Tile) -> Void
  ) {
    let (rows, columns) = problem.tileGrid(transform)
    let start = strip.map { IntegerExpression($0) * IntegerExpression(blocking.stripTiles) } ?? 0
    let index = start + position
    let isSingle = problem.shape[0] == 1
    let indices = IndexSpace.delinearized(index, (isSingle ? [] : [problem.shape[0]]) + [rows, columns])
    let size = IntegerExpression(transform.resultSize)
    let tile = Tile(
      image: isSingle ? 0 : indices[0], row: indices[indices.count - 2] * size,
      column: indices[indices.count - 1] * size)
    guard let exists = builder.isInRange(index, 0, problem.tileCount(transform)) else { return emit(tile) }
    builder.conditional(exists) { emit(tile) }
  }
}
