import DLGraph
import DLLoops

/// How a product or convolution is computed by tiles: what a cost model decides, or a measurement.
public struct TileChoice: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The height of a tile.
  public var rows: Int
  /// The width of a tile, in vectors.
  public var vectors: Int
  /// The blocks of rows, panels and terms; nil where tiles take all terms at once.
  public var blocking: PanelBlocking?

  public init(rows: Int, vectors: Int, blocking: PanelBlocking? = nil) {
    self.rows = rows
    self.vectors = vectors
    self.blocking = blocking
  }

  public var description: String {
    let blocks = blocking.map { " in blocks of \($0.tiles) tiles, \($0.panels) panels, \($0.depth) terms" }
    return "\(rows)x\(vectors)v\(blocks ?? "")"
  }

  /// Whether the sums of a tile, a vector of each column and a factor fit into the registers of a target, and the blocks
  /// into what a thread may have on its stack.
  func isPossible(of type: ElementType, on target: TargetDescription) -> Bool {
    guard (1...30).contains(rows), (1...4).contains(vectors),
      rows * vectors + vectors + 1 <= target.vectorRegisterCount
    else { return false }
    guard let blocking else { return true }
    guard (1...65536).contains(blocking.depth), (1...4096).contains(blocking.panels),
      (1...65536).contains(blocking.tiles), blocking.depth % target.lanes(of: type) == 0
    else { return false }
    return blocking.depth * blocking.panels * vectors * target.vectorByteCount
      <= PanelBlocking.copiedByteCount
  }
}

/// The choices that were measured to be the fastest, by the problems that they are for.
public struct TuningTable: Hashable, Sendable {
  public var choices: [String: TileChoice]

  public init(_ choices: [String: TileChoice] = [:]) { self.choices = choices }
}
