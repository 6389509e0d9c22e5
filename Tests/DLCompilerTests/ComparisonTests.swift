import DLTestSupport
import Foundation
import Testing

/// `dlc compare`: two builds of a model on the same inputs.
@Suite struct ComparisonTests {
  private let tool: CommandLineTool
  private let weights = ["--weights", "digits.safetensors"]
  private let data = ["--data", "images.npy", "--labels", "labels.npy"]

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors", "images.npy", "labels.npy"] {
      try tool.copy("examples/digits/\(file)")
    }
  }

  private func compare(_ arguments: [String]) throws -> String {
    let outcome = try tool.dlc(["compare"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  private func build(_ folder: String, _ arguments: String...) throws -> String {
    let outcome = try tool.dlc(
      ["build", "digits.dl", "--emit", "shared", "-o", folder] + weights + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return "\(folder)/digits.so"
  }

  /// The decibels of a line of the table.
  private func ratio(_ layer: String, in table: String) throws -> Double {
    let line = try #require(table.split(separator: "\n").first { $0.hasPrefix("\(layer) ") }, "\(table)")
    return try #require(Double(line.firstMatch(of: /([\d.]+) dB/)?.1 ?? ""), "\(line)")
  }

  @Test func layersOfARecipeAreCompared() throws {
    let table = try compare(
      ["digits.dl", "--quantize", "*=i8", "--fix", "B=8", "--measure"] + weights + data)
    for text in [
      "stage1.conv  digits.dl:10 ", "the same choice: 360 of 360", "right: 358 and 358 of 360",
      "bytes of weights: ",
      "bytes of the library: ", "a call with 8 examples takes: ",
    ] {
      #expect(table.contains(text), "\(table)")
    }
    #expect(try ratio("stage1.conv", in: table) > ratio("stage4.conv", in: table))
    #expect(try (35...50).contains(ratio("outputs", in: table)))
  }

  @Test func theSameModelIsEqual() throws {
    let table = try compare(["digits.dl", "digits.dl"] + weights + data)
    #expect(table.contains("stage3.conv") && !table.contains("dB"), "\(table)")
  }

  /// The compiled model against the evaluator: what differs is rounding.
  @Test func theEvaluatorAgrees() throws {
    let table = try compare(["digits.dl", "digits.dl", "--evaluator"] + weights + data)
    for layer in ["stage1.conv", "stage4.conv", "classifier", "outputs"] {
      #expect(try ratio(layer, in: table) > 110, "\(table)")
    }
  }

  @Test func librariesAreCompared() throws {
    let whole = try build("whole")
    let small = try build("small", "--quantize", "*=i8", "--calibrate", "images.npy")
    let table = try compare([whole, small] + data)
    #expect(try (35...50).contains(ratio("outputs", in: table)))
    #expect(table.contains("right: 358 and 358 of 360"))
    #expect(try ratio("outputs", in: compare(["digits.dl", whole, "--evaluator"] + weights + data)) > 110)
  }

  @Test func mistakesAreExplained() throws {
    func errors(_ arguments: [String]) throws -> String { try tool.dlc(["compare"] + arguments).errors }
    #expect(
      try errors(["digits.dl", "--data", "labels.npy"] + weights) == """
        error: 'labels.npy' has no tensors for the inputs of the model: forward(image: f32[B, 1, 8, 8]) -> (output: \
        f32[B, 10])

        """)
    #expect(
      try errors(["digits.dl", "digits.dl", "--against", "edge"] + weights + data).contains(
        "can't be used with two")
    )
    #expect(try errors(["lost.so"] + data).contains("what is the library 'lost.so' to be compared with?"))
    #expect(
      try errors(["lost.so", "digits.dl"] + weights + data).contains("error: lost.so: can't be loaded"))
    #expect(
      try errors(["digits.so", "digits.dl", "--evaluator"] + weights + data).contains(
        "--evaluator: 'digits.so' is a library"))
    let fixed = try build("fixed", "--fix", "B=1")
    #expect(
      try errors(["digits.dl", fixed] + weights + data) == """
        error: the builds take 8 and 1 examples a call: give both the same number with --fix

        """)
  }
}
