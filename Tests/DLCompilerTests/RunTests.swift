import DLTestSupport
import Foundation
import Testing

/// `dlc run`, `dlc bench` and `dlc profile`, which compile and call at once.
@Suite struct RunTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors", "digit-7.png"] {
      try tool.copy("examples/digits/\(file)")
    }
  }

  @Test func runs() throws {
    let outcome = try tool.dlc(
      "run", "digits.dl", "--weights", "digits.safetensors", "--", "image=digit-7.png", "--top", "1")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("7 "), "\(outcome.errors)")
  }

  @Test func runPassesTheFailureOn() throws {
    let outcome = try tool.dlc("run", "digits.dl", "--weights", "digits.safetensors", "--", "none.npy")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "error: none.npy: can't be opened: No such file or directory\n")
  }

  @Test func benchReports() throws {
    let outcome = try tool.dlc(
      "bench", "digits.dl", "--random-weights", "1", "--fix", "B=1", "--repeats", "2")
    #expect(outcome.output.hasPrefix("Digits.forward, 1 thread, 2 calls\n  median "), "\(outcome.errors)")
  }

  @Test(arguments: [1, 2]) func profileNamesLayers(threads: Int) throws {
    let outcome = try tool.dlc(
      "profile", "digits.dl", "--random-weights", "1", "--fix", "B=1", "--repeats", "2", "--threads",
      "\(threads)",
      "--trace", "trace.json")
    #expect(outcome.output.hasPrefix("Digits.forward, \(threads) thread"), "\(outcome.errors)")
    let layers = outcome.output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
    #expect(layers.contains("classifier"))
    let trace = try JSONSerialization.jsonObject(
      with: Data(contentsOf: tool.folder.appending(path: "trace.json")))
    let events = try #require((trace as? [String: Any])?["traceEvents"] as? [[String: Any]])
    #expect(events.contains { $0["name"] as? String == "classifier" })
    #expect(events.allSatisfy { $0["ph"] as? String == "X" && ($0["dur"] as? Double ?? -1) >= 0 })
  }

  /// What runs in a loop counts as often as it runs.
  @Test func profileCountsIterations() throws {
    try tool.copy("examples/lstm.dl")
    let outcome = try tool.dlc(
      "profile", "lstm.dl", "--random-weights", "1", "--fix", "B=1", "--fix", "T=7", "--repeats", "1",
      "--top", "0")
    let counts = outcome.output.split(separator: "\n").map {
      $0.split(whereSeparator: { $0 == " " }).map(String.init)
    }
    #expect(counts.contains { $0.contains("7") }, "\(outcome.output)\(outcome.errors)")
  }

  @Test func benchNeedsFixedDimensions() throws {
    let outcome = try tool.dlc("bench", "digits.dl", "--random-weights", "1")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "error: input 'image' is f32[B, 1, 8, 8]: fix its open dimensions with --fix name=value\n")
  }
}
