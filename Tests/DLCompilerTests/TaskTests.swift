import DLFormats
import DLGraph
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

  /// The characters of the 3072 that are guessed rightly.
  private func characters(_ arguments: [String] = []) throws -> Int {
    try build("licences", arguments)
    for file in ["ids.npy", "next.npy"] { try tool.copy("examples/licences/\(file)") }
    let run = try tool.run("licences", ["--batch", "ids.npy", "-o", "scores.npy"])
    try #require(run.status == 0, "\(run.errors)")
    let folder = tool.folder
    let scores = try TensorFile.open(folder.appending(path: "scores.npy").path).entries[0].literal
    let next = try TensorFile.open(folder.appending(path: "next.npy").path).entries[0].literal
    let numbers = scores.elements(as: Float.self)
    return next.elements(as: Int64.self).enumerated().count { position, character in
      let row = numbers[position * 96..<(position + 1) * 96]
      return row.indices.max { row[$0] < row[$1] } == row.startIndex + Int(character)
    }
  }

  @Test func floatsEqualPyTorch() throws {
    #expect(try rows() == expected("tumours"))
    #expect(abs(try characters() - expected("licences")) <= 2)
  }

  @Test(arguments: [
    "i8", "i8 dynamic", "i8 weights only", "i8 group 32 dynamic", "i4 group 32", "i4 group 32 dynamic",
  ])
  func smallWeightsKeepTheAnswers(scheme: String) throws {
    let typical = scheme == "i8" ? ["--calibrate", "typical.npy"] : []
    #expect(try rows(["--quantize", "*=\(scheme)"] + typical) >= expected("tumours") - 2)
    let most = scheme.hasPrefix("i4") ? 150 : 40
    #expect(try characters(["--quantize", "*=\(scheme)"] + typical) >= expected("licences") - most)
  }

  @Test func halfFloatsKeepTheAnswers() throws {
    #expect(try rows(["--precision", "*=bf16"]) >= expected("tumours") - 1)
    #expect(try characters(["--precision", "*=bf16"]) >= expected("licences") - 20)
  }
}
