#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A new empty folder that is removed, with the files directly in it, at the end of its life.
final class TemporaryFolder: Sendable {
  let path: String

  /// - Throws: `CodeGenError.file`.
  init() throws(CodeGenError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/dlc-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .file("cannot make a folder in '\(parent)': \(String(cString: strerror(errno)))")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }
}
