import DLTestSupport
import Foundation
import Testing

/// `dlc run` and `dlc bench`, which compile and call at once.
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

  @Test func benchNeedsFixedDimensions() throws {
    let outcome = try tool.dlc("bench", "digits.dl", "--random-weights", "1")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "error: input 'image' is f32[B, 1, 8, 8]: fix its open dimensions with --fix name=value\n")
  }
}
