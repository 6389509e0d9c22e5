import DLRuntime
import DLTestSupport
import Foundation
import Testing

/// The command line on the digits model, as a user calls it.
@Suite struct CommandLineTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors", "images.npy", "labels.npy", "logits.npy", "digit-7.png"] {
      try tool.copy("examples/digits/\(file)")
    }
  }

  private func succeed(_ outcome: CommandLineTool.Outcome, _ location: SourceLocation = #_sourceLocation)
    -> String
  {
    #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
    return outcome.output
  }

  @Test(arguments: ["host", "x86-64-v3"])
  func digitsEqualPyTorch(cpu: String) throws {
    _ = succeed(
      try tool.dlc(
        "build", "digits.dl", "--weights", "digits.safetensors", "--emit", "exe", "-o", "digits",
        "--target-cpu",
        cpu))
    let report = succeed(
      try tool.run(
        "digits",
        [
          "images.npy", "--batch", "--accuracy", "labels.npy", "--expect", "logits.npy", "--tolerance",
          "1e-5",
        ]))
    #expect(report.contains("accuracy 358/360"))
    #expect(succeed(try tool.run("digits", ["digit-7.png", "--top", "1"])).hasPrefix("7 "))
    #expect(succeed(try tool.run("digits", ["images.npy", "--batch", "--draw", "3"])).contains("-> 2 "))
  }

  @Test func buildsAreReproducible() throws {
    for name in ["first", "second"] {
      _ = succeed(
        try tool.dlc("build", "digits.dl", "--weights", "digits.safetensors", "--emit", "obj", "-o", name))
    }
    for file in ["digits.o", "digits.h", "digits.dlw"] {
      let contents = try ["first", "second"].map {
        try Data(contentsOf: tool.folder.appending(path: $0).appending(path: file))
      }
      #expect(contents[0] == contents[1] && !contents[0].isEmpty, "\(file)")
    }
  }

  /// What was measured once is followed by later builds, which measure nothing and make the same files.
  @Test func tunedBuildsAreReproducible() throws {
    func build(_ folder: String, _ options: [String]) throws -> CommandLineTool.Outcome {
      try tool.run(
        CommandLineTool.dlc,
        [
          "build", "digits.dl", "--weights", "digits.safetensors", "--no-winograd", "--fix", "B=1", "--emit",
          "obj", "-o", folder, "--tuning-database", "choices.json",
        ] + options)
    }
    let first = try build("first", ["--tune"])
    _ = succeed(first)
    let report = try #require(first.errors.split(separator: "\n").last)
    #expect(report.contains(#/tuning \[#+\] ([0-9]+) of \1 kernels, [0-9]+ changed/#))
    let choices = try Data(contentsOf: tool.folder.appending(path: "choices.json"))
    for (folder, options) in [("second", ["--tune"]), ("third", [])] {
      let outcome = try build(folder, options)
      _ = succeed(outcome)
      #expect(!outcome.errors.contains("tuning"))
      #expect(try Data(contentsOf: tool.folder.appending(path: "choices.json")) == choices)
      for file in ["digits.o", "digits.dlw"] {
        let contents = try ["first", folder].map {
          try Data(contentsOf: tool.folder.appending(path: $0).appending(path: file))
        }
        #expect(contents[0] == contents[1] && !contents[0].isEmpty, "\(folder): \(file)")
      }
    }
    try Data("{".utf8).write(to: tool.folder.appending(path: "choices.json"))
    let broken = try build("fourth", ["--tune"])
    #expect(broken.status != 0 && broken.errors.contains("is not a tuning database of dlc"))
  }

  @Test func everyKindIsMade() throws {
    for (kind, file) in [
      ("static", "out/libdigits.a"), ("shared", "out/digits.so"), ("llvm", "out/digits.ll"),
      ("asm", "out/digits.s"),
    ] {
      let output = kind == "static" || kind == "shared" ? "out" : file
      _ = succeed(
        try tool.dlc("build", "digits.dl", "--weights", "digits.safetensors", "--emit", kind, "-o", output))
      #expect(tool.exists(file))
    }
    let lines = succeed(try tool.dlc("inspect", "digits.safetensors"))
    #expect(lines.contains("classifier.bias: f32[10]"))
  }

  /// Neither the model's name nor its weights are needed to look at a library; a call needs the weights.
  @Test func librariesAreInspectedWithoutWeights() throws {
    _ = succeed(
      try tool.dlc(
        "build", "digits.dl", "--weights", "digits.safetensors", "--emit", "shared", "-o", "out"))
    let library = tool.folder.appending(path: "renamed.so")
    try FileManager.default.moveItem(at: tool.folder.appending(path: "out/digits.so"), to: library)
    let lines = succeed(try tool.dlc("inspect", "renamed.so"))
    #expect(lines.hasPrefix("model Digits\n"))
    #expect(lines.contains("func forward(image: f32[B, 1, 8, 8]) -> (output: f32[B, 10])"))
    let session = Session(try Model(path: library.path, weights: .absent))
    let refusal = #expect(throws: RuntimeError.self) {
      try session.run(inOrder: [Tensor(zeros: [1, 1, 8, 8], .f32)])
    }
    #expect(
      refusal == .wrongArgument("model 'Digits' was loaded without its weights: it can't be called"))
  }

  @Test func everyStagePrints() throws {
    for (stage, expected) in [
      ("ast", "model Digits"), ("graph", "group("), ("loops", "program Digits"), ("llvm", "define"),
      ("asm", ".globl"),
    ] {
      let text = succeed(try tool.dlc("ir", "digits.dl", "--random-weights", "1", "--stage", stage))
      #expect(text.contains(expected), "\(stage)")
    }
    #expect(succeed(try tool.dlc("ir", "digits.dl", "--after", "none")).contains("parameter()"))
    let passes = succeed(try tool.dlc("ir", "digits.dl", "--random-weights", "1", "--after-all"))
    #expect(passes.contains("// after fuse"))
  }

  @Test func checksAndFormats() throws {
    #expect(
      succeed(try tool.dlc("check", "digits.dl"))
        == "model Digits: 22 parameter tensors\n  forward(image: f32[B, 1, 8, 8]) -> (output: f32[B, 10])\n")
    #expect(try tool.dlc("fmt", "--check", "digits.dl").status == 0)
    try tool.write("model A {\nfunc forward(x:f32[2])->f32[2]{return x}\n}\n", to: "a.dl")
    #expect(try tool.dlc("fmt", "--check", "a.dl").status == 1)
    #expect(try tool.dlc("fmt", "a.dl").status == 0)
    #expect(try tool.dlc("fmt", "--check", "a.dl").status == 0)
  }
}
