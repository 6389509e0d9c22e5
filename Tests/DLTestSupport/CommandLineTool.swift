import Foundation

/// A program run in a folder of its own.
public final class CommandLineTool {
  public struct Outcome {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  /// Where commands run; removed with this object.
  public let folder: URL
  /// The compiler, beside the test bundle.
  public static let dlc =
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "dlc").path

  public init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "dlc-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a file into the folder and returns its name.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: folder.appending(path: name))
    return name
  }

  /// Copies a file of the package into the folder and returns its name.
  @discardableResult
  public func copy(_ path: String) throws -> String {
    let source = packageFolder.appending(path: path)
    let target = folder.appending(path: source.lastPathComponent)
    try? FileManager.default.removeItem(at: target)
    try FileManager.default.copyItem(at: source, to: target)
    return source.lastPathComponent
  }

  public func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: name).path)
  }

  /// Runs the compiler.
  public func dlc(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try dlc(arguments, environment: environment)
  }

  /// Runs the compiler.
  public func dlc(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try run(Self.dlc, arguments, environment: environment)
  }

  /// Runs a program of the folder, or one with an absolute path.
  public func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL =
      program.hasPrefix("/") ? URL(filePath: program) : folder.appending(path: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: nothing has to be drained while the program runs.
    let output = folder.appending(path: ".output-\(UUID().uuidString)")
    let errors = folder.appending(path: ".errors-\(UUID().uuidString)")
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
