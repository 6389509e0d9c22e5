import DLGraph

/// The weight blob: tensors at aligned offsets, whose bytes are made when they are written.
public struct WeightLayout: Sendable {
  /// The alignment of every tensor, in bytes.
  public static let alignment = 64

  public private(set) var entries: [Entry] = []
  /// The size of the blob, in bytes.
  public private(set) var byteCount = 0
  private var offsets: [PackedLiteral: Int] = [:]

  public struct Entry: Sendable {
    public var offset: Int
    public var contents: PackedLiteral
  }

  public init() {}

  /// Puts a tensor into the blob, once for equal ones in the same order, and returns its offset in bytes.
  public mutating func place(_ literal: Literal, _ packing: (any WeightPacking)? = nil) -> Int {
    let contents = PackedLiteral(literal, packing)
    if let offset = offsets[contents] { return offset }
    let offset = (byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
    entries.append(Entry(offset: offset, contents: contents))
    offsets[contents] = offset
    byteCount = offset + contents.byteCount
    return offset
  }
}
