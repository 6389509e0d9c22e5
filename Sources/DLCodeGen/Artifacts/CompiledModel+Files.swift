internal import CDLRuntime
import DLFormats

extension CompiledModel {
  /// The kinds of files an artifact consists of.
  public enum Output: String, CaseIterable, Hashable, Sendable {
    case object, assembly, llvm
    case staticLibrary = "static"
    case sharedLibrary = "shared"
    case executable = "exe"
    /// The weight blob with its header.
    case weights
    /// The C header.
    case header
    /// The Swift interface on top of `DLRuntime`.
    case swift
    /// The module map through which that interface sees the C header.
    case moduleMap
    /// `dlc.h`, which the header includes.
    case interfaceHeader = "interface"
  }

  /// Writes a file; it appears complete or not at all.
  ///
  /// - Throws: `CodeGenError`.
  public func write(_ output: Output, to path: String) throws(CodeGenError) {
    switch output {
    case .object: try write(object(), to: path)
    case .assembly: try write(Array(try assembly().utf8), to: path)
    case .llvm: try write(Array(llvmText.utf8), to: path)
    case .staticLibrary: try writeArchive(to: path)
    case .sharedLibrary: try link(to: path, ["-shared", "-Wl,--build-id=none"], sources: [])
    case .executable: try linkExecutable(to: path)
    case .weights: try writeWeights(to: path)
    case .header: try write(Array(CHeader(program).text.utf8), to: path)
    case .swift: try write(Array(SwiftWrapper(program).text.utf8), to: path)
    case .moduleMap: try write(Array(SwiftWrapper(program).moduleMap.utf8), to: path)
    case .interfaceHeader: try write(ProgramSources.interfaceHeader, to: path)
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws(CodeGenError) {
    do { try AtomicFile.write(bytes, to: path) } catch { throw .file(error.description) }
  }

  private func write(_ object: ObjectFile, to path: String) throws(CodeGenError) {
    do {
      let file = try AtomicFile(path)
      try object.forEachPart { bytes throws(FormatError) in try file.write(bytes) }
      try file.commit()
    } catch {
      throw .file(error.description)
    }
  }

  /// The name of the folder that `Output.moduleMap` belongs into, beside the header: that of its module.
  public var moduleMapFolder: String { SwiftWrapper(program).moduleName }

  private func writeArchive(to path: String) throws(CodeGenError) {
    let symbols = ["\(name)_model"] + program.functions.map { "\(name)_\($0.name)" }
    let archive = Archive(members: [.init(name: "model.o", object: try object(), symbols: symbols)])
    do {
      let file = try AtomicFile(path)
      try archive.write(to: file)
      try file.commit()
    } catch {
      throw .file(error.description)
    }
  }

  // MARK: Linking

  private func linkExecutable(to path: String) throws(CodeGenError) {
    let folder = try TemporaryFolder()
    let sources = try ProgramSources.write(to: folder)
    try link(
      to: path, ["-O2", "-I\(folder.path)", "-DDLC_MODEL=\(name)_model", "-pthread"], sources: sources)
    withExtendedLifetime(folder) {}
  }

  private func link(to path: String, _ options: [String], sources: [String]) throws(CodeGenError) {
    let compiler = try CCompiler.find()
    let folder = try TemporaryFolder()
    let objectFile = folder.file("model.o")
    try write(object(), to: objectFile)
    let linked = folder.file("linked")
    try compiler.run(options + sources + [objectFile, "-o", linked, "-lm"])
    do {
      let result = try MappedFile(linked)
      let file = try AtomicFile(path, executable: true)
      try result.forEachPiece { bytes throws(FormatError) in try file.write(bytes) }
      try file.commit()
    } catch {
      throw .file(error.description)
    }
    withExtendedLifetime(folder) {}
  }

  // MARK: Weights

  private func writeWeights(to path: String) throws(CodeGenError) {
    var header = dlc_weights_header()
    withUnsafeMutableBytes(of: &header.magic) { $0.copyBytes(from: "DLCWGHT\0".utf8) }
    header.abi_version = UInt32(DLC_ABI_VERSION)
    header.header_size = UInt32(MemoryLayout<dlc_weights_header>.size)
    header.weights_size = UInt64(weights.byteCount)
    header.weights_checksum = weights.checksum
    do {
      let file = try AtomicFile(path)
      try file.write(withUnsafeBytes(of: &header) { [UInt8]($0) })
      try WeightBlob(program.weights).forEachPart { bytes throws(FormatError) in try file.write(bytes) }
      try file.commit()
    } catch {
      throw .file(error.description)
    }
  }
}
