import DLTestSupport
import Foundation
import Testing

/// `dlc build --measure`: parameters are made smaller only where that pays and costs little.
@Suite struct EvidenceTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors", "images.npy", "labels.npy"] {
      try tool.copy("examples/digits/\(file)")
    }
  }

  /// What was measured is decided again from the record, without measuring: the files are the same.
  @Test func whatWasMeasuredIsReplayed() throws {
    let options = [
      "build", "digits.dl", "--weights", "digits.safetensors", "--fix", "B=1", "--quantize", "*=i8",
      "--calibrate",
      "images.npy",
    ]
    func build(_ arguments: String...) throws -> CommandLineTool.Outcome {
      try tool.run(CommandLineTool.dlc, options + arguments)
    }
    let measured = try build("--measure", "-o", "first")
    #expect(measured.status == 0, "\(measured.errors)")
    for text in [
      "stage2.conv.weight", "digits.dl:10", " dB", "of 5 parameters are made smaller: a call takes",
    ] {
      #expect(measured.output.contains(text), "\(measured.output)")
    }
    let replayed = try build("--record", "digits.dl.record.json", "-o", "second")
    #expect(replayed.status == 0, "\(replayed.errors)")
    for file in ["digits.o", "digits.dlw"] {
      let contents = try ["first", "second"].map {
        try Data(contentsOf: tool.folder.appending(path: $0).appending(path: file))
      }
      #expect(contents[0] == contents[1] && !contents[0].isEmpty, "\(file)")
    }
    let other = try build("--record", "digits.dl.record.json", "--no-winograd", "--precision", "*=bf16")
    #expect(other.errors.contains("was made with other options"), "\(other.errors)")
    try tool.write(
      try String(contentsOf: tool.folder.appending(path: "digits.dl"), encoding: .utf8) + "// changed\n",
      to: "digits.dl")
    let stale = try build("--record", "digits.dl.record.json")
    #expect(stale.status != 0)
    #expect(
      stale.errors.contains("was made for another text of 'digits.dl': make a new one"), "\(stale.errors)")
    try tool.write("{", to: "broken.json")
    #expect(try build("--record", "broken.json").errors.contains("'broken.json' is not a record of dlc"))
    #expect(try build("--record", "none.json").errors.contains("'dlc build --measure' makes one"))
  }

  @Test func measuringNeedsSomethingToMeasure() throws {
    let plain = ["build", "digits.dl", "--weights", "digits.safetensors", "--fix", "B=1", "--measure"]
    #expect(
      try tool.run(CommandLineTool.dlc, plain).errors.contains("the recipe makes no parameter smaller"))
    #expect(
      try tool.run(CommandLineTool.dlc, plain + ["--target-cpu", "x86-64"]).errors.contains(
        "--measure measures on this machine"))
  }

  /// Whatever is faster here, the outputs keep to the budget: with 80 % zeros in every layer they would not.
  @Test func zerosKeepToTheBudget() throws {
    let weights = [
      "--weights", "digits.safetensors", "--fix", "B=1", "--prune", "*.weight=80% block 16 by 1",
    ]
    let outcome = try tool.dlc(
      ["build", "digits.dl", "--measure", "--calibrate", "images.npy", "--min-snr", "25", "-o", "out"]
        + weights)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("stage3.conv.weight  digits.dl:10  "), "\(outcome.output)")
    let last = try #require(outcome.output.split(separator: "\n").first { $0.contains("a call takes") })
    if let ratio = last.firstMatch(of: /noise of ([\d.]+) dB/)?.1 {
      #expect(Double(ratio) ?? 0 >= 25)
    } else {
      #expect(last.hasPrefix("0 of 5 "))
    }
  }

  /// Zeros that change nothing but the numbers, and bytes that are widened, are not kept.
  @Test func whatGainsNothingIsNotKept() throws {
    let outcome = try tool.dlc(
      "build", "digits.dl", "--weights", "digits.safetensors", "--fix", "B=1", "--prune", "stage*.weight=10%",
      "--measure", "--calibrate", "images.npy", "-o", "out")
    #expect(outcome.output.contains("10% zeros"), "\(outcome.output)")
    #expect(outcome.output.contains(" dB "), "\(outcome.output)")
  }

  @Test func aBudgetNeedsSomebodyToKeepIt() throws {
    let outcome = try tool.dlc(
      "build", "digits.dl", "--weights", "digits.safetensors", "--quantize", "*=i8 dynamic", "--calibrate",
      "images.npy", "--min-snr", "30")
    #expect(
      outcome.errors == """
        error: by itself static quantization alone keeps to a limit on the loss: pass --measure too

        """)
  }
}
