import DLTestSupport
import Foundation
import Testing

/// Recipes on the command line: trained weights made smaller, and what that costs.
@Suite struct RecipeTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors", "images.npy", "labels.npy"] {
      try tool.copy("examples/digits/\(file)")
    }
    let source = try String(contentsOf: tool.folder.appending(path: "digits.dl"), encoding: .utf8)
    try tool.write(
      source + """

        recipe edge for Digits {
          fix B = 8
          quantize "*" to i8
          precision "classifier" bf16
        }

        recipe tuned for Digits {
          fix B = 1
          tuning "digits.tuned.json"
        }

        recipe sparse for Digits {
          prune "stage*.conv" to 30%
        }
        """, to: "digits.dl")
  }

  /// The number of the 360 images that a program finds.
  private func hits(_ arguments: String...) throws -> Int {
    let outcome = try tool.run(
      CommandLineTool.dlc,
      ["build", "digits.dl", "--weights", "digits.safetensors", "--emit", "exe", "-o", "digits"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let run = try tool.run("digits", ["--batch", "images.npy", "--accuracy", "labels.npy"])
    let match = try #require(run.output.firstMatch(of: /accuracy (\d+)\/360/), "\(run.output)\(run.errors)")
    return try #require(Int(match.1))
  }

  @Test(arguments: ["min-max", "percentile", "mse", "entropy"])
  func bytesLoseAtMostOneDigit(observer: String) throws {
    #expect(try hits("--quantize", "*=i8", "--calibrate", "images.npy", "--observer", observer) >= 357)
  }

  @Test func recipesOfTheFileAreFollowed() throws {
    #expect(try hits("--recipe", "edge", "--calibrate", "images.npy") >= 357)
    #expect(try hits("--recipe", "sparse") >= 350)
  }

  /// The recipe names the file in which the choices are kept.
  @Test func recipesNameTheirTuning() throws {
    let arguments = [
      "build", "digits.dl", "--weights", "digits.safetensors", "--recipe", "tuned", "--no-winograd", "-o",
      "out",
    ]
    let missing = try tool.run(CommandLineTool.dlc, arguments)
    #expect(missing.status != 0)
    #expect(missing.errors.contains("digits.tuned.json': 'dlc build --tune' makes one"), "\(missing.errors)")
    let tuned = try tool.run(CommandLineTool.dlc, arguments + ["--tune"])
    #expect(tuned.status == 0 && tuned.errors.contains("kernels"), "\(tuned.errors)")
    let again = try tool.run(CommandLineTool.dlc, arguments)
    #expect(again.status == 0 && !again.errors.contains("tuning"), "\(again.errors)")
    #expect(FileManager.default.fileExists(atPath: tool.folder.appending(path: "digits.tuned.json").path))
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

  @Test func otherSchemesKeepTheDigits() throws {
    for scheme in [
      "i8 weights only", "i8 dynamic", "i8 group 32", "i4 group 16", "i4 group 32 dynamic",
      "i8 group 16 dynamic",
    ] {
      #expect(try hits("--quantize", "*=\(scheme)") >= 350, "\(scheme)")
    }
    #expect(try hits("--precision", "*=bf16") >= 357)
  }

  @Test func theBudgetIsKept() throws {
    #expect(
      try hits(
        "--quantize", "*=i8", "--calibrate", "images.npy", "--labels", "labels.npy", "--max-accuracy-drop",
        "0")
        >= 358)
  }

  @Test func mistakesAreExplained() throws {
    func errors(_ arguments: String...) throws -> String {
      try tool.run(CommandLineTool.dlc, ["build", "digits.dl", "--random-weights", "1"] + arguments).errors
    }
    #expect(
      try errors("--quantize", "*=i8") == """
        error: the recipe quantizes what the weights are multiplied with, for which typical inputs are needed: pass \
        --calibrate FILE, or write 'dynamic' or 'weights only'

        """)
    #expect(
      try errors("--quantize", "stag1=i8").hasPrefix(
        "options:2:10: error: \"stag1\" matches no parameter and no layer"))
    #expect(try errors("--recipe", "egde").contains("hint: did you mean 'edge'?"))
    #expect(
      try errors("--quantize", "*=i8", "--calibrate", "labels.npy").contains("has no tensors for the inputs"))
    #expect(
      try errors("--recipe", "sparse", "--unoptimized") == """
        error: a recipe needs the passes that --unoptimized leaves out

        """)
  }
}
