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

  @Test func whatIsKeptStays() throws {
    let outcome = try tool.dlc(
      "build", "digits.dl", "--weights", "digits.safetensors", "--quantize", "*=i8 weights only", "--prune",
      "*.weight=50%", "--keep", "stage*", "-o", "out")
    #expect(
      outcome.output == """
        classifier.weight  digits.dl:27  50% zeros
        classifier.weight  digits.dl:27  i8

        """, "\(outcome.output)\(outcome.errors)")
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
