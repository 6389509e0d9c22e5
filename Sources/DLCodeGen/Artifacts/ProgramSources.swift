internal import CDLResources
import DLFormats

/// The C sources of the runtime and of the program around a model, which this compiler carries with it.
enum ProgramSources {
  /// Writes all of them into a folder and returns the paths of those to compile.
  ///
  /// - Throws: `CodeGenError.file`.
  static func write(to folder: TemporaryFolder) throws(CodeGenError) -> [String] {
    var compiled: [String] = []
    for source in all {
      let path = folder.file(source.name)
      do { try AtomicFile.write(source.bytes, to: path) } catch { throw .file(error.description) }
      if path.hasSuffix(".c") { compiled.append(path) }
    }
    return compiled
  }

  /// The text of `dlc.h`, the interface of compiled models.
  static var interfaceHeader: [UInt8] { all.first { $0.name == "dlc.h" }?.bytes ?? [] }

  private static var all: some Sequence<(name: String, bytes: [UInt8])> {
    (0..<dlc_program_source_count).lazy.map { index in
      let source = dlc_program_source(index)
      let bytes = [UInt8](UnsafeRawBufferPointer(start: source.bytes, count: source.size))
      return (String(cString: source.name), bytes)
    }
  }
}
