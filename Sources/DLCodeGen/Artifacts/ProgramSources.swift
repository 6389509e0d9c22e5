internal import CDLResources
import DLFormats

/// The C sources of the runtime and of the program around a model, which this compiler carries with it.
enum ProgramSources {
  /// Writes all of them into a folder and returns the paths of those to compile.
  ///
  /// - Throws: `CodeGenError.file`.
  static func write(to folder: TemporaryFolder) throws(CodeGenError) -> [String] {
    var compiled: [String] = []
    for index in 0..<Int(dlc_program_source_count) {
      let source = dlc_program_source(Int32(index))
      let path = folder.file(String(cString: source.name))
      let bytes = [UInt8](UnsafeRawBufferPointer(start: source.bytes, count: source.size))
      do { try AtomicFile.write(bytes, to: path) } catch { throw .file(error.description) }
      if path.hasSuffix(".c") { compiled.append(path) }
    }
    return compiled
  }
}
