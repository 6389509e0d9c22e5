internal import CDLRuntime
import DLGraph
import DLLoops

/// The size and checksum of a weight blob, and where the model finds it.
struct WeightSummary: Hashable, Sendable {
  var byteCount: Int
  var checksum: UInt64
  var isEmbedded: Bool
}

/// The bytes of a weight blob: the tensors of a layout, and zeros between them. They are never in memory at once.
struct WeightBlob {
  private let layout: WeightLayout

  init(_ layout: WeightLayout) { self.layout = layout }

  var byteCount: Int { layout.byteCount }

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
    let zeros = Literal(.u8, shape: [WeightLayout.alignment]) { _ in }
    var position = 0
    for entry in layout.entries {
      let gap = entry.offset - position
      if gap > 0 {
        try zeros.withUnsafeBytes { (bytes) throws(Failure) in
          try body(UnsafeRawBufferPointer(rebasing: bytes[..<gap]))
        }
      }
      try entry.contents.forEachPiece(body)
      position = entry.offset + entry.contents.byteCount
    }
  }
}
