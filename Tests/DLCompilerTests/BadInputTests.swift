import DLFormats
import DLGraph
import DLTestSupport
import Foundation
import Testing

/// Every kind of bad input gives one clear message and exit code 1, and leaves nothing behind.
@Suite struct BadInputTests {
  private let tool: CommandLineTool

  init() throws { tool = try CommandLineTool() }

  private static let linear = """
    import nn

    model Small {
      dim B in 1...8
      fc = nn.Linear(3, 2)
      func forward(x: f32[B, 3]) -> f32[B, 2] { return fc(x) }
    }
    """

  /// Builds a program and expects it to fail with the message, and to write nothing.
  private func expectFailure(
    _ message: String, weights: String? = nil, output: String = "out", environment: [String: String] = [:],
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    var arguments = ["build", "model.dl", "--emit", "exe", "-o", output]
    if let weights { arguments += ["--weights", weights] }
    let outcome = try tool.run(CommandLineTool.dlc, arguments, environment: environment)
    #expect(outcome.status == 1, sourceLocation: location)
    #expect(outcome.errors.contains(message), "\(outcome.errors)", sourceLocation: location)
    #expect(!tool.exists(output), sourceLocation: location)
  }

  // MARK: Source

  @Test func syntaxError() throws {
    try tool.write("model Small {\n  func forward(x: f32[3] -> f32[3] { return x }\n}\n", to: "model.dl")
    try expectFailure("model.dl:2:26: error: expected ',' or ')', found '->' [unclosed-bracket]")
  }

  @Test func unknownName() throws {
    try tool.write(Self.linear.replacing("fc(x)", with: "fd(x)"), to: "model.dl")
    try expectFailure("nothing here is called 'fd'")
  }

  @Test func shapeMismatchDeepInside() throws {
    let text = """
      import nn
      layer Inner(width: Int) {
        fc = nn.Linear(width + 1, width)
        func forward(x: f32[B, width]) -> f32[B, width] { return fc(x) }
      }
      layer Middle(width: Int) {
        inner = Inner(width)
        func forward(x: f32[B, width]) -> f32[B, width] { return inner(x) }
      }
      model Outer {
        dim B in 1...8
        middle = Middle(4)
        func forward(x: f32[B, 4]) -> f32[B, 4] { return middle(x) }
      }
      """
    try tool.write(text, to: "model.dl")
    try expectFailure("model.dl:4:63: error: ")
    try expectFailure("middle.inner")
  }

  @Test func missingFile() throws {
    let outcome = try tool.dlc("check", "nothing.dl")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "error: cannot read 'nothing.dl': No such file or directory\n")
  }

  @Test func unknownOption() throws {
    #expect(try tool.dlc("check", "model.dl", "--wieghts", "w").status == 64)
  }

  // MARK: Weights

  private func weights(_ entries: [(String, Literal)]) throws {
    try tool.write(Self.linear, to: "model.dl")
    try TensorFile.write(
      entries.map { TensorFile.Entry(name: $0.0, literal: $0.1) },
      to: tool.folder.appending(path: "w.safetensors").path)
  }

  private let weight = Literal(.f32, shape: [2, 3], elements: [Float(1), 2, 3, 4, 5, 6])
  private let bias = Literal(.f32, shape: [2], elements: [Float(0), 1])

  @Test func missingTensor() throws {
    try weights([("fc.weight", weight), ("fc.bais", bias)])
    try expectFailure(
      "tensor 'fc.bias' is missing: expected f32[2]; did you mean 'fc.bais', which the model lacks?",
      weights: "w.safetensors")
    try expectFailure("tensor 'fc.bais' is not a parameter of the model", weights: "w.safetensors")
  }

  @Test func countersOfTrainingArePassedOver() throws {
    let counter = Literal(.i64, shape: [], elements: [7])
    try weights([("fc.weight", weight), ("fc.bias", bias), ("norm.num_batches_tracked", counter)])
    let outcome = try tool.dlc("check", "model.dl", "--weights", "w.safetensors")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func namesAreTranslated() throws {
    try weights([("model.fc.weight", weight), ("model.fc.bias", bias), ("head", bias)])
    try tool.write("model.* -> *\nhead -> _\n", to: "names.txt")
    let options = ["check", "model.dl", "--weights", "w.safetensors", "--weight-names", "names.txt"]
    let outcome = try tool.run(CommandLineTool.dlc, options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try tool.write("model.fc.* -> *\n", to: "names.txt")
    let wrong = try tool.run(CommandLineTool.dlc, options)
    #expect(wrong.errors.contains("tensor 'fc.bias' is missing: expected f32[2]"))
    #expect(wrong.errors.contains("tensor 'model.fc.bias' is not a parameter of the model"))
    try tool.write("* -> same\n", to: "names.txt")
    let same = try tool.run(CommandLineTool.dlc, options)
    #expect(same.errors.contains("both become 'same'"))
    try tool.write("# names\nmodel.*\n", to: "names.txt")
    let unreadable = try tool.run(CommandLineTool.dlc, options)
    #expect(unreadable.errors == "error: names.txt: line 2: expected 'name -> name', found 'model.*'\n")
  }

  @Test func wrongTypeAndShape() throws {
    try weights([
      ("fc.weight", weight.reshaped([3, 2])), ("fc.bias", Literal(.f64, shape: [2], elements: [0.0, 1])),
    ])
    try expectFailure("tensor 'fc.weight': expected f32[2, 3], found f32[3, 2]", weights: "w.safetensors")
    try expectFailure("tensor 'fc.bias': expected f32[2], found f64[2]", weights: "w.safetensors")
  }

  @Test func noWeights() throws {
    try tool.write(Self.linear, to: "model.dl")
    try expectFailure("pass --weights FILE, or --random-weights SEED")
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
      "tensor 'b': the data at byte 2 overlaps the tensor before it, which ends at byte 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[100],"data_offsets":[0,400]}}"#,
      "tensor 'a': the data ends at byte 400, but the file has 6 bytes of data"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#,
      "tensor 'a': the size of the shape [4611686018427387904, 4] overflows"
    ),
    ("{", "w.safetensors: "),
  ])
  func maliciousWeights(header: String, message: String) throws {
    try tool.write(Self.linear, to: "model.dl")
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes += Data(header.utf8) + Data(count: 6)
    try bytes.write(to: tool.folder.appending(path: "w.safetensors"))
    try expectFailure(message, weights: "w.safetensors")
  }

  @Test func hugeHeader() throws {
    try tool.write(Self.linear, to: "model.dl")
    try Data([UInt8](repeating: 255, count: 8) + Array("{}".utf8)).write(
      to: tool.folder.appending(path: "w.safetensors"))
    try expectFailure("the header takes 18446744073709551615 bytes, but 2 follow", weights: "w.safetensors")
  }

  @Test func truncatedArray() throws {
    try tool.write(Self.linear, to: "model.dl")
    try write(weight, "w.npy")
    let file = tool.folder.appending(path: "w.npy")
    try Data(contentsOf: file).dropLast(4).write(to: file)
    try expectFailure(
      "w.npy: the shape [2, 3] of f32 needs 24 bytes, but the file gives it 20", weights: "w.npy")
  }

  @Test func truncatedWeights() throws {
    try weights([("fc.weight", weight), ("fc.bias", bias)])
    let file = tool.folder.appending(path: "w.safetensors")
    try Data(contentsOf: file).dropLast(3).write(to: file)
    try expectFailure(
      "error: w.safetensors: tensor 'fc.weight': the data ends at byte 32, but the file has 29 bytes of data",
      weights: "w.safetensors")
  }

  // MARK: Surroundings

  @Test func unwritableOutput() throws {
    try weights([("fc.weight", weight), ("fc.bias", bias)])
    try tool.write("", to: "file")
    try expectFailure(
      "error: cannot create the folder 'file': 'file' is a file\n", weights: "w.safetensors",
      output: "file/out")
    try expectFailure(
      "error: cannot create the folder 'file/deep': 'file' is a file\n", weights: "w.safetensors",
      output: "file/deep/out")
    try expectFailure(
      "error: cannot write '/proc/out': ", weights: "w.safetensors", output: "/proc/out")
  }

  @Test func missingLinker() throws {
    try weights([("fc.weight", weight), ("fc.bias", bias)])
    try expectFailure(
      "missing linker: none of cc, clang, gcc is on the PATH; install a C compiler or set CC\n",
      weights: "w.safetensors", environment: ["PATH": tool.folder.path, "CC": ""])
    try expectFailure("missing linker", weights: "w.safetensors", environment: ["CC": "no-such-compiler"])
  }

  @Test func unknownTarget() throws {
    try tool.write(Self.linear, to: "model.dl")
    let outcome = try tool.dlc("build", "model.dl", "--random-weights", "1", "--target-cpu", "x86-64-v5")
    #expect(
      outcome.status == 1 && outcome.errors.contains("there is no target CPU 'x86-64-v5'; did you mean"))
  }

  // MARK: Compiled programs

  private func buildProgram() throws {
    try weights([("fc.weight", weight), ("fc.bias", bias)])
    let outcome = try tool.dlc(
      "build", "model.dl", "--weights", "w.safetensors", "--emit", "exe", "-o", "program")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func write(_ literal: Literal, _ name: String) throws {
    try TensorFile.write(
      [TensorFile.Entry(name: "x", literal: literal)], to: tool.folder.appending(path: name).path)
  }

  @Test func wrongInputs() throws {
    try buildProgram()
    try write(Literal(.f32, shape: [1, 4], elements: [Float](repeating: 0, count: 4)), "wide.npy")
    let wide = try tool.run("program", ["wide.npy"])
    #expect(wide.status == 1 && wide.errors.contains("input 'x': expected f32[B"), "\(wide.errors)")
    try write(Literal(.f64, shape: [1, 3], elements: [0.0, 0, 0]), "double.npy")
    let double = try tool.run("program", ["double.npy"])
    #expect(double.status == 1 && double.errors.contains("found f64[1, 3]"), "\(double.errors)")
    try write(Literal(.f32, shape: [9, 3], elements: [Float](repeating: 0, count: 27)), "long.npy")
    let long = try tool.run("program", ["long.npy", "-o", "result.npy"])
    #expect(long.status == 1 && long.errors.contains("'B'"), "\(long.errors)")
    #expect(!tool.exists("result.npy"))
  }

  @Test func damagedWeightFile() throws {
    try buildProgram()
    try write(Literal(.f32, shape: [1, 3], elements: [Float(1), 2, 3]), "x.npy")
    #expect(try tool.run("program", ["x.npy"]).status == 0)
    let file = tool.folder.appending(path: "program.dlw")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: file)
    let outcome = try tool.run("program", ["x.npy"])
    #expect(outcome.status == 1 && outcome.errors.contains("the weights are damaged"), "\(outcome.errors)")
  }

  @Test func otherCPU() throws {
    try buildProgram()
    try write(Literal(.f32, shape: [1, 3], elements: [Float(1), 2, 3]), "x.npy")
    let file = tool.folder.appending(path: "program")
    var bytes = try Data(contentsOf: file)
    // The list of features stands in the program as text: ask for one that no CPU has.
    let name = Data("avx2".utf8)
    let range = try #require(bytes.range(of: name))
    bytes.replaceSubrange(range, with: Data("avxQ".utf8))
    try bytes.write(to: file)
    let outcome = try tool.run("program", ["x.npy"])
    #expect(outcome.status == 1 && outcome.errors.contains("which this CPU lacks"), "\(outcome.errors)")
  }
}
