import Foundation
import Testing

/// The program of the miniature model, compiled and run as a user does.
@Suite struct ProgramTests {
  private let files: MiniatureFiles

  init() throws { files = try MiniatureFiles.shared.get() }

  private func call(_ arguments: String...) throws -> ProcessResult { try run(files.program, arguments) }

  /// Writes an array of floats as NumPy does, and returns its path.
  private func npy(_ values: [Float], _ shape: String) throws -> String {
    let data = values.withUnsafeBytes { Array($0) }
    return try file(Samples.npy(shape: shape, data: 0) + data, "npy")
  }

  private func file(_ bytes: [UInt8], _ format: String) throws -> String {
    let path = files.path("\(UUID().uuidString).\(format)")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func error(_ arguments: String...) throws -> String {
    let result = try run(files.program, arguments)
    #expect(result.status == 1 && result.output == "")
    return result.errors
  }

  @Test func printsOutputs() throws {
    let x = try npy([0, 0, 0, 0, 1, 0, 0, 0], "(2, 1, 2, 2)")
    let expected = "y: f32[2, 3]\n[[ 0.5,  1.5,  2.5],\n [ 0.5, 11.5, 22.5]]\n"
    #expect(try call(x).output == expected)
    #expect(try call("forward", "x=\(x)", "--threads", "3").output == expected)
  }

  @Test func readsImages() throws {
    let image = try file(Samples.pgm, "pgm")
    let result = try call(image, "--image-scale", "1", "--top", "2")
    #expect(result.output == "2 (12955.5), 1 (7124.5)\n")
  }

  @Test func runsInParts() throws {
    let values = (0..<80).map { Float($0 % 7) }
    let x = try npy(values, "(20, 1, 2, 2)")
    let output = files.path("parts.npy")
    #expect(try call(x, "--batch", "-o", output).status == 0)
    let result = try call(x, "--batch", "--expect", output, "--threads", "2")
    #expect(result.status == 0 && result.output == "greatest difference 0\n")
    let pairs = try npy([1, 2, 3, 4, 5, 6], "(3, 2)")
    #expect(try call("pair", pairs, "--batch").output == "sums: f32[3]\n[ 3,  7, 11]\n")
    let steps = try npy([1, 2, 3, 4], "(2, 2)")
    #expect(try call("step", steps, "--batch").output == "sum: f32[2, 2]\n[[1, 2],\n [3, 4]]\n")
  }

  @Test func countsRightPredictions() throws {
    let x = try npy([Float](repeating: 1, count: 12), "(3, 1, 2, 2)")
    let labels = try file(
      Samples.npy(type: "|u1", shape: "(3,)", data: 0) + [2, 2, 0], "npy")
    let result = try call(x, "--accuracy", labels, "--json", "--repeat", "3")
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(json?["correct"] as? Int == 2 && json?["labels"] as? Int == 3 && json?["runs"] as? Int == 3)
    #expect(json?["predictions"] as? [Int] == [2, 2, 2])
    #expect(json?["load_ms"] is Double && json?["run_ms_median"] is Double)
  }

  @Test func namesClasses() throws {
    let x = try npy([0, 0, 0, 0], "(1, 1, 2, 2)")
    let labels = try file(Array("cat\ndog\r\nowl\n".utf8), "txt")
    #expect(try call(x, "--top", "9", "--labels", labels).output == "2 (2.5) owl, 1 (1.5) dog, 0 (0.5) cat\n")
  }

  @Test func keepsStates() throws {
    let x = try npy([1, 2], "(2,)")
    let state = files.path("state.npz")
    #expect(try call("step", x, "--state", state).output == "sum: f32[2]\n[1, 2]\n")
    #expect(try call("step", x, "--state", state).output == "sum: f32[2]\n[2, 4]\n")
    #expect(try call("step", x).output == "sum: f32[2]\n[1, 2]\n")
  }

  @Test func describesItself() throws {
    #expect(try call("--info").output.contains("input     x: f32[B, 1, 2, 2]\n"))
    #expect(try call("--help").output.contains("Entries: forward step join pair\n"))
  }

  @Test func wrongInputs() throws {
    let x = try npy([0, 0, 0, 0], "(1, 1, 2, 2)")
    let many = try npy([Float](repeating: 0, count: 36), "(9, 1, 2, 2)")
    #expect(try error() == "error: input 'x' of 'forward' is missing: give a file with f32[B, 1, 2, 2]\n")
    #expect(try error("nowhere.npy") == "error: nowhere.npy: can't be opened: No such file or directory\n")
    #expect(try error("z=\(x)") == "error: \(x): 'forward' has no input 'z'\n")
    #expect(try error(x, x) == "error: \(x): 'forward' has 1 inputs, and all are given\n")
    #expect(try error(many) == "error: dimension 'B' of 'forward' is 9, but the model was built for 1...8\n")
    #expect(try error("step", x) == "error: input 'x': expected f32[2], found f32[1, 1, 2, 2]\n")
    #expect(
      try error(x, "--dim", "B=2") == "error: input 'x': expected f32[B=2, 1, 2, 2], found f32[1, 1, 2, 2]\n")
    let junk = try file([1, 2, 3], "npy")
    #expect(
      try error(junk) == "error: \(junk): this is not a .npy, .npz, .safetensors, .png, .pgm or .ppm file\n")
  }

  @Test func wrongOptions() throws {
    let x = try npy([0, 0, 0, 0], "(1, 1, 2, 2)")
    #expect(try error("--nonsense") == "error: there is no option '--nonsense': see --help\n")
    #expect(try error(x, "--top", "0") == "error: --top needs an integer of 1...1000000, not '0'\n")
    #expect(try error(x, "--top") == "error: --top needs a value\n")
    #expect(try error(x, "--image-std", "1,0") == "error: --image-std can't be 0\n")
    #expect(
      try error(x, "-o", "/nowhere/y.npy")
        == "error: /nowhere/y.npy: can't be written: No such file or directory\n")
    #expect(try error(x, "-o", "y.txt") == "error: y.txt: the extension must be .npy, .npz or .safetensors\n")
    #expect(try error(x, "--weights", x) == "error: \(x): this is not a weight file of dlc\n")
    let expected = try npy([0.5, 1.5, 3], "(1, 3)")
    #expect(
      try error(x, "--expect", expected)
        == "error: \(expected): output 'y' differs in 1 of 3 elements: most at index 2, where it is 2.5 instead of 3\n"
    )
  }
}
