import CDLRuntime

/// Memory aligned as models want it. Written only by who holds the one reference.
final class TensorStorage: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  /// Zeros.
  ///
  /// - Requires: `byteCount >= 0`.
  init(byteCount: Int) {
    self.byteCount = byteCount
    // At least one line, so that the address of an empty tensor is aligned too.
    let allocated = max(byteCount, 1)
    pointer = .allocate(byteCount: allocated, alignment: Int(DLC_ALIGNMENT))
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: allocated)
  }

  deinit { pointer.deallocate() }

  func copy() -> TensorStorage {
    let copy = TensorStorage(byteCount: byteCount)
    copy.pointer.copyMemory(from: pointer, byteCount: byteCount)
    return copy
  }
}
