internal import CDLRuntime
import DLGraph
import DLLoops

/// The size and checksum of a weight blob, and where the model finds it.
struct WeightSummary: Hashable, Sendable {
  var byteCount: Int
  var checksum: UInt64
  var isEmbedded: Bool
}

/// The bytes of a weight blob: the literals of a layout, and zeros between them.
struct WeightBlob {
  let bytes: UnsafeRawBufferPointer
  private let storage: LiteralStorage

  /// - Complexity: linear in the bytes, which are in memory once as long as the blob.
  init(_ layout: WeightLayout) {
    storage = LiteralStorage(zeroed: layout.byteCount)
    bytes = storage.bytes
    let memory = UnsafeMutableRawBufferPointer(mutating: bytes)
    for entry in layout.entries {
      entry.literal.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(rebasing: memory[entry.offset..<entry.offset + source.count])
          .copyMemory(from: source)
      }
    }
  }

  /// The XXH64 checksum; 0 of an empty blob.
  var checksum: UInt64 {
    bytes.isEmpty ? 0 : withExtendedLifetime(storage) { dlc_checksum(bytes.baseAddress, bytes.count) }
  }
}
