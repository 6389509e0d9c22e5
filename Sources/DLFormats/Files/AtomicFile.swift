#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file in the making: readers of its path see the old content, or none, until `commit`.
///
/// The bytes go to a temporary file in the same folder, which `commit` renames. Without a commit it is removed.
/// A path that is a symbolic link keeps the link and replaces what it points to; a device or pipe is written as it is.
public struct AtomicFile: ~Copyable {
  public let path: String
  private let descriptor: Int32
  /// The temporary file and what it will be called; nil where the path itself is written.
  private let pending: (temporary: String, target: String)?
  private var isCommitted = false

  /// Starts a file.
  ///
  /// - Parameter executable: whether it may be run, as far as the process's umask lets it.
  public init(_ path: String, executable: Bool = false) throws(FormatError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw Self.unwritable(path, "it is a folder") }
    let pending: (temporary: String, target: String)?
    let descriptor: Int32
    if exists, status.st_mode & S_IFMT != S_IFREG {
      pending = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let target = exists ? Self.resolved(path) : path
      let temporary = Self.temporaryPath(beside: target)
      pending = (temporary, target)
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, executable ? 0o777 : 0o666)
    }
    if descriptor < 0 { throw Self.unwritable(path, systemReason()) }
    self.path = path
    self.pending = pending
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if let pending, !isCommitted { unlink(pending.temporary) }
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // Linux writes at most 2 GiB at once.
      let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, chunk.baseAddress, chunk.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, chunk.baseAddress, chunk.count)
      #else
        let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw Self.unwritable(path, systemReason())
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Appends text in UTF-8.
  public func write(_ text: String) throws(FormatError) { try write(Array(text.utf8)) }

  /// Puts the file in its place.
  public consuming func commit() throws(FormatError) {
    if let pending, rename(pending.temporary, pending.target) != 0 {
      throw Self.unwritable(path, systemReason())
    }
    isCommitted = true
  }

  private static func unwritable(_ path: String, _ reason: String) -> FormatError {
    FormatError(.unwritable, path: path, message: reason)
  }

  /// The path with symbolic links followed.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

extension AtomicFile {
  /// Writes a whole file.
  public static func write(_ bytes: [UInt8], to path: String, executable: Bool = false) throws(FormatError) {
    let file = try AtomicFile(path, executable: executable)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes a whole file of text in UTF-8.
  public static func write(_ text: String, to path: String) throws(FormatError) {
    try write(Array(text.utf8), to: path)
  }

  /// A path in the same folder that no other file has, for tools that write files themselves: let them write it,
  /// then call `replace`. The file extension stays.
  public static func temporaryPath(beside path: String) -> String {
    let separator = path.lastIndex(of: "/")
    let folder = separator.map { path[...$0] } ?? ""
    let name = separator.map { path[path.index(after: $0)...] } ?? path[...]
    return "\(folder).\(String(UInt64.random(in: .min ... .max), radix: 36))-\(name)"
  }

  /// Puts a complete file in the place of another; removes it where that fails.
  public static func replace(_ path: String, with temporary: String) throws(FormatError) {
    guard rename(temporary, path) != 0 else { return }
    let reason = systemReason()
    unlink(temporary)
    throw unwritable(path, reason)
  }
}
