internal import CDLRuntime
import DLGraph
import DLLoops

/// The size and checksum of a weight blob, and where the model finds it.
struct WeightSummary: Hashable, Sendable {
  var byteCount: Int
  var checksum: UInt64
  var isEmbedded: Bool
}

/// The bytes of a weight blob: the literals of a layout, and zeros between them. They are never in memory at once.
struct WeightBlob {
  private let layout: WeightLayout

  init(_ layout: WeightLayout) { self.layout = layout }

  /// The XXH64 checksum; 0 of an empty blob.
  var checksum: UInt64 {
    if layout.byteCount == 0 { return 0 }
    var hasher = dlc_hasher()
    dlc_hasher_begin(&hasher)
    forEachPart { dlc_hasher_update(&hasher, $0.baseAddress, $0.count) }
    return dlc_hasher_end(&hasher)
  }

  /// Visits the bytes in order, part by part.
  func forEachPart<Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    let zeros = [UInt8](repeating: 0, count: WeightLayout.alignment)
    var position = 0
    for entry in layout.entries {
      let gap = entry.offset - position
      var failure: Failure?
      func visit(_ bytes: UnsafeRawBufferPointer) {
        do throws(Failure) { try body(bytes) } catch { failure = error }
      }
      if gap > 0 { zeros.withUnsafeBytes { visit(UnsafeRawBufferPointer(rebasing: $0[..<gap])) } }
      if failure == nil { entry.literal.withUnsafeBytes { visit($0) } }
      if let failure { throw failure }
      position = entry.offset + entry.literal.byteCount
    }
  }
}
