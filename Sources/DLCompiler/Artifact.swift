import DLCodeGen
import DLFormats
import Foundation

/// The files that a build has written.
public struct Artifact: Sendable {
  /// What a build makes.
  public enum Kind: String, CaseIterable, Sendable {
    case obj, `static`, shared, exe, llvm, asm
  }

  public struct File: Hashable, Sendable {
    public let path: String
    public let byteCount: Int
  }

  /// The name of the model, as the code exports it.
  public let modelName: String
  /// The files, the code first.
  public let files: [File]
  /// The bytes of workspace that a call of any entry needs.
  public let workspaceByteCount: Int
  /// What no plan of the workspace could go below.
  public let leastWorkspaceByteCount: Int

  /// Writes the files of a model; each appears complete or not at all.
  ///
  /// - Parameter output: the file for a program or a text; the folder for an object or a library, which come with
  ///   their header and `dlc.h`, a Swift interface with its module map, and a weight file where the weights are not in
  ///   the code. Missing folders are made.
  /// - Throws: `CodeGenError`, or an error of the file system.
  public static func write(_ model: CompiledModel, kind: Kind, to output: String) throws -> Artifact {
    var paths: [String] = []
    func write(_ part: CompiledModel.Output, _ path: String) throws {
      try model.write(part, to: path)
      paths.append(path)
    }
    let name = model.name.lowercased()
    switch kind {
    case .exe:
      try makeFolder(of: output)
      try write(.executable, output)
      if model.needsWeightFile { try write(.weights, output + ".dlw") }
    case .llvm, .asm:
      try makeFolder(of: output)
      try write(kind == .llvm ? .llvm : .assembly, output)
    case .obj, .static, .shared:
      try makeFolder(output)
      let base = "\(output)/\(name)"
      switch kind {
      case .static: try write(.staticLibrary, "\(output)/lib\(name).a")
      case .shared: try write(.sharedLibrary, "\(base).so")
      default: try write(.object, "\(base).o")
      }
      try write(.header, "\(base).h")
      try write(.interfaceHeader, "\(output)/dlc.h")
      try write(.swift, "\(base).swift")
      let moduleFolder = "\(output)/\(model.moduleMapFolder)"
      try makeFolder(moduleFolder)
      try write(.moduleMap, "\(moduleFolder)/module.modulemap")
      if model.needsWeightFile { try write(.weights, "\(base).dlw") }
    }
    return Artifact(
      modelName: model.name,
      files: paths.map { path in
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return File(path: path, byteCount: size)
      }, workspaceByteCount: model.workspaceByteCount,
      leastWorkspaceByteCount: model.leastWorkspaceByteCount)
  }

  private static func makeFolder(of path: String) throws(CompilerError) {
    let folder = path.parentFolder
    if !folder.isEmpty { try makeFolder(folder) }
  }

  private static func makeFolder(_ path: String) throws(CompilerError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      // The nearest thing that exists on the way says best what is wrong.
      var existing = path
      var isFolder: ObjCBool = false
      while !existing.isEmpty, !FileManager.default.fileExists(atPath: existing, isDirectory: &isFolder) {
        existing = existing.parentFolder
      }
      let reason =
        existing.isEmpty || isFolder.boolValue ? error.localizedDescription : "'\(existing)' is a file"
      throw .failure("cannot create the folder '\(path)': \(reason)")
    }
  }
}

extension Artifact.Kind {
  func defaultOutput(for model: String) -> String {
    switch self {
    case .obj, .static, .shared: "."
    case .exe: model.lowercased()
    case .llvm: model.lowercased() + ".ll"
    case .asm: model.lowercased() + ".s"
    }
  }
}
