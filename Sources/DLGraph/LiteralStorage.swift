#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Immutable bytes with an owner: allocated memory, or a region of a mapped file.
public final class LiteralStorage: @unchecked Sendable {
  public let bytes: UnsafeRawBufferPointer
  private let release: @Sendable () -> Void

  /// From this size on memory comes from the system and goes back to it at once: what one pass has replaced must not stay
  /// while the next one works.
  private static let largeByteCount = 1 << 20

  /// Bytes that someone else owns.
  ///
  /// - Parameter release: called once, when the last user is gone.
  public init(bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
    self.bytes = bytes
    self.release = release
  }

  /// Zero bytes, aligned to 64.
  public convenience init(zeroed count: Int) {
    if count >= Self.largeByteCount,
      let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    {
      let address = UInt(bitPattern: memory)
      self.init(bytes: UnsafeRawBufferPointer(start: memory, count: count)) {
        munmap(UnsafeMutableRawPointer(bitPattern: address), count)
      }
      return
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    let address = UInt(bitPattern: memory.baseAddress)
    self.init(bytes: UnsafeRawBufferPointer(start: memory.baseAddress, count: count)) {
      UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
    }
  }

  deinit { release() }
}
