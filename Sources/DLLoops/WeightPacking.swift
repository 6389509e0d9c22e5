import DLGraph

/// An order of the elements of a constant tensor in memory that suits the kernel that reads it: panels of equal size, one
/// after the other.
///
/// Panels can be written one by one, so that a packed tensor never has to be in memory as a whole.
public protocol WeightPacking: Hashable, Sendable {
  /// The number of panels of a tensor, and the bytes of each.
  func panels(of literal: Literal) -> (count: Int, byteCount: Int)

  /// Writes consecutive panels of a tensor.
  ///
  /// - Requires: `target` has room for exactly these panels, and is zero.
  func write(_ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableRawBufferPointer)
}

extension WeightPacking {
  fileprivate func isEqual(to other: any WeightPacking) -> Bool { other as? Self == self }
}

/// A tensor of the weight blob: a literal, and the order in which its elements are to be written.
public struct PackedLiteral: Sendable {
  public let literal: Literal
  /// The order; that of the literal itself where nil.
  public let packing: (any WeightPacking)?

  /// The largest piece that is made at once, unless a panel is larger.
  private static let pieceByteCount = 1 << 20

  public init(_ literal: Literal, _ packing: (any WeightPacking)? = nil) {
    self.literal = literal
    self.packing = packing
  }

  public var byteCount: Int {
    guard let packing else { return literal.byteCount }
    let panels = packing.panels(of: literal)
    return panels.count * panels.byteCount
  }

  /// Visits the bytes in order, piece by piece. The pieces of a packed tensor are made for the visit and not kept.
  public func forEachPiece<Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard let packing else { return try literal.withUnsafeBytes(body) }
    let panels = packing.panels(of: literal)
    guard panels.count > 0, panels.byteCount > 0 else { return }
    let step = min(max(Self.pieceByteCount / panels.byteCount, 1), panels.count)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: step * panels.byteCount, alignment: 64)
    defer { piece.deallocate() }
    for first in stride(from: 0, to: panels.count, by: step) {
      let range = first..<min(first + step, panels.count)
      let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<(range.count * panels.byteCount)])
      part.initializeMemory(as: UInt8.self, repeating: 0)
      packing.write(range, of: literal, to: part)
      try body(UnsafeRawBufferPointer(part))
    }
  }
}

extension PackedLiteral: Hashable {
  public static func == (a: PackedLiteral, b: PackedLiteral) -> Bool {
    switch (a.packing, b.packing) {
    case (nil, nil): a.literal == b.literal
    case (let x?, let y?): x.isEqual(to: y) && a.literal == b.literal
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(literal) }
}
