import CDLRuntime
import CMiniatureModel
import Foundation

/// Files of the miniature model, made once for all tests: its weights, a shared library, a program.
struct MiniatureFiles {
  let folder: URL

  static let shared = Result { try MiniatureFiles() }

  var weights: String { path("miniature.dlw") }
  var library: String { path("libminiature.so") }
  var program: String { path("miniature") }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("miniature-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(miniatureWeightFile()).write(to: URL(fileURLWithPath: weights))
    let model = try sources("Tests/CMiniatureModel")
    try compile(model + ["-shared", "-fPIC"], to: library)
    let program = try sources("Sources/CDLProgram") + sources("Sources/CDLRuntime")
    try compile(model + program + ["-DDLC_MODEL=miniature_model", "-lpthread", "-lm"], to: self.program)
  }

  private func compile(_ arguments: [String], to output: String) throws {
    let includes = ["Sources/CDLRuntime", "Sources/CDLProgram", "Tests/CMiniatureModel"].map {
      "-I\(root)/\($0)/include"
    }
    let flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-o", output]
    let result = try run("/usr/bin/env", ["cc"] + flags + includes + arguments)
    guard result.status == 0 else { throw CompilationFailure(text: result.errors) }
  }

  private func sources(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(path)").filter { $0.hasSuffix(".c") }
      .sorted().map { "\(root)/\(path)/\($0)" }
  }

  /// The root of the package.
  private var root: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }
}

struct CompilationFailure: Error { let text: String }

/// What a process printed, and how it ended.
struct ProcessResult {
  let status: Int32
  let output: String
  let errors: String
}

func run(_ program: String, _ arguments: [String]) throws -> ProcessResult {
  let process = Process()
  let output = Pipe()
  let errors = Pipe()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  let outputData = output.fileHandleForReading.readDataToEndOfFile()
  let errorData = errors.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return ProcessResult(
    status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
    errors: String(decoding: errorData, as: UTF8.self))
}

/// The bytes of the weight file of the miniature model.
func miniatureWeightFile() -> [UInt8] {
  var header = dlc_weights_header()
  header.magic = (0x44, 0x4c, 0x43, 0x57, 0x47, 0x48, 0x54, 0)
  header.abi_version = UInt32(DLC_ABI_VERSION)
  header.header_size = 64
  header.weights_size = miniature_model.weights_size
  header.weights_checksum = miniature_model.weights_checksum
  return withUnsafeBytes(of: header) { Array($0) } + withUnsafeBytes(of: miniature_weights) { Array($0) }
}
