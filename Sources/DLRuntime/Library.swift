#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A shared library, loaded as long as this lives.
final class Library: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  init(path: String) throws(RuntimeError) {
    // A name without a slash would be searched for in the system's folders.
    let file = path.contains("/") ? path : "./" + path
    guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "unknown"
      throw .libraryNotLoaded(path: path, reason: reason)
    }
    self.handle = handle
  }

  deinit { dlclose(handle) }

  /// The address of an exported symbol.
  func address(of symbol: String) -> UnsafeMutableRawPointer? { dlsym(handle, symbol) }
}

/// A file mapped for reading.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  init(path: String) throws(RuntimeError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unusableWeights(path: path, reason: "can't be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG else {
      throw .unusableWeights(path: path, reason: "is not a regular file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw .unusableWeights(path: path, reason: "can't be mapped: \(String(cString: strerror(errno)))")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// The C identifiers with this suffix that stand in the file before a zero, as symbols do, in order of name.
  func identifiers(endingWith suffix: String) -> [String] {
    let pattern = Array(suffix.utf8) + [0]
    var found: Set<String> = []
    var start = 0
    while start + pattern.count <= bytes.count, let base = bytes.baseAddress,
      let candidate = memchr(base + start, Int32(pattern[0]), bytes.count - start - pattern.count + 1)
    {
      start = base.distance(to: candidate) + 1
      guard memcmp(candidate, pattern, pattern.count) == 0 else { continue }
      let stem = bytes[..<(start - 1)].reversed().prefix { byte in
        byte == UInt8(ascii: "_") || (byte < 128 && isalnum(Int32(byte)) != 0)
      }
      found.insert(String(decoding: stem.reversed(), as: UTF8.self) + suffix)
    }
    return found.sorted()
  }

  /// Whether there is a file that can be read.
  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
