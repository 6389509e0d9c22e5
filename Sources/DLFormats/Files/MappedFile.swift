import DLGraph

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file mapped read-only into memory, for as long as an instance or a literal over its bytes lives.
///
/// Who shortens the file meanwhile makes reading it a bus error; replace files by renaming, as `AtomicFile` does.
public final class MappedFile: @unchecked Sendable {
  public let path: String
  public let bytes: UnsafeRawBufferPointer

  /// Maps a regular file.
  public init(_ path: String) throws(FormatError) {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path, systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Self.unreadable(path, "it is not a regular file") }
    let count = Int(status.st_size)
    self.path = path
    if count == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw Self.unreadable(path, systemReason()) }
    bytes = UnsafeRawBufferPointer(start: address, count: count)
  }

  deinit {
    if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
  }

  /// Some of the bytes as the storage of a literal: the mapped ones where their address is a multiple of
  /// `alignment`, otherwise a copy.
  ///
  /// - Requires: `range` lies in the file.
  public func storage(_ range: Range<Int>, alignment: Int) -> LiteralStorage {
    let region = UnsafeRawBufferPointer(rebasing: bytes[range])
    guard UInt(bitPattern: region.baseAddress) % UInt(alignment) == 0 else {
      let copy = LiteralStorage(zeroed: region.count)
      UnsafeMutableRawBufferPointer(mutating: copy.bytes).copyMemory(from: region)
      return copy
    }
    return LiteralStorage(bytes: region) { self.forget(range) }
  }

  /// Visits the bytes in order, piece by piece, and keeps none of them in memory.
  public func forEachPiece<Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    for start in stride(from: 0, to: bytes.count, by: Self.pieceByteCount) {
      let range = start..<min(start + Self.pieceByteCount, bytes.count)
      try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
      forget(range)
    }
  }

  /// A multiple of the size of a page.
  private static let pieceByteCount = 1 << 20

  /// Lets the system take back the memory behind some bytes; whoever reads them again gets them from the file again.
  private func forget(_ range: Range<Int>) {
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard first < end, let start = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, Int32(MADV_DONTNEED))
  }

  private static func unreadable(_ path: String, _ reason: String) -> FormatError {
    FormatError(.unreadable, path: path, message: reason)
  }
}

/// What the last failed system call says, for example `Permission denied`.
func systemReason() -> String { String(cString: strerror(errno)) }
