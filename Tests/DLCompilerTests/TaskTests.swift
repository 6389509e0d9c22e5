import DLTestSupport
import Foundation
import Testing

/// Tasks with weights trained by committed scripts: what compiled models get right of what was held out.
@Suite struct TaskTests {
  private let tool: CommandLineTool

  init() throws { tool = try CommandLineTool() }

  private func expected(_ folder: String) throws -> Int {
    let url = packageFolder.appending(path: "examples/\(folder)/expected.json")
    let values = try JSONDecoder().decode([String: Int].self, from: Data(contentsOf: url))
    return try #require(values["correct"])
  }

  private func build(_ name: String, _ arguments: [String]) throws {
    for file in ["\(name).dl", "\(name).safetensors", "typical.npy"] {
      try tool.copy("examples/\(name)/\(file)")
    }
    let command = ["build", "\(name).dl", "--weights", "\(name).safetensors", "--emit", "exe", "-o", name]
    let outcome = try tool.run(CommandLineTool.dlc, command + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// The held-out rows of the 114 that are classified rightly.
  private func rows(_ arguments: [String] = []) throws -> Int {
    try build("tumours", arguments)
    for file in ["rows.npy", "labels.npy"] { try tool.copy("examples/tumours/\(file)") }
    let run = try tool.run("tumours", ["--batch", "rows.npy", "--accuracy", "labels.npy"])
    let match = try #require(run.output.firstMatch(of: /accuracy (\d+)\/114/), "\(run.output)\(run.errors)")
    return try #require(Int(match.1))
  }

  @Test func floatsEqualPyTorch() throws {
    #expect(try rows() == expected("tumours"))
  }

  @Test(arguments: [
    "i8", "i8 dynamic", "i8 weights only", "i8 group 32 dynamic", "i4 group 32", "i4 group 32 dynamic",
  ])
  func smallWeightsKeepTheAnswers(scheme: String) throws {
    let typical = scheme == "i8" ? ["--calibrate", "typical.npy"] : []
    #expect(try rows(["--quantize", "*=\(scheme)"] + typical) >= expected("tumours") - 2)
  }

  @Test func halfFloatsKeepTheAnswers() throws {
    #expect(try rows(["--precision", "*=bf16"]) >= expected("tumours") - 1)
  }
}
