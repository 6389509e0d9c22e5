import DLFormats
import DLTestSupport
import Foundation
import Testing

/// Programs for another kind of CPU, run by QEMU, where it and a C compiler for that CPU are installed.
@Suite(.enabled(if: Emulator.aarch64 != nil)) struct CrossCompilationTests {
  private let tool: CommandLineTool
  private let emulator: Emulator

  init() throws {
    tool = try CommandLineTool()
    emulator = try #require(Emulator.aarch64)
  }

  private func build(_ arguments: [String]) throws {
    let outcome = try tool.run(
      CommandLineTool.dlc, ["build"] + arguments + ["--emit", "exe", "-o", "program"],
      environment: ["CC": emulator.compiler])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func run(_ arguments: [String]) throws -> String {
    let program = tool.folder.appending(path: "program").path
    let outcome = try tool.run(emulator.program, ["-L", emulator.root, program] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: ["aarch64", "aarch64-v8.2"], [[], ["--quantize", "*=i8", "--calibrate", "images.npy"]])
  func digits(cpu: String, options: [String]) throws {
    for file in ["digits.dl", "digits.safetensors", "images.npy", "labels.npy"] {
      try tool.copy("examples/digits/\(file)")
    }
    try build(["digits.dl", "--weights", "digits.safetensors", "--target-cpu", cpu] + options)
    #expect(try run(["images.npy", "--batch", "--accuracy", "labels.npy"]).contains("accuracy 358/360"))
  }

  @Test(arguments: ["bert", "lstm", "mobilenet", "resnet50", "yolo"])
  func zoo(name: String) throws {
    let tensors = try TensorFile.open(
      packageFolder.appending(path: "Tests/Reference/zoo/\(name).safetensors").path)
    for (prefix, file) in [("input.", "inputs.safetensors"), ("output.", "outputs.safetensors")] {
      try write(tensors, to: file) { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : nil }
    }
    try write(tensors, to: "weights.safetensors") { name in
      ["input.", "output."].contains(where: name.hasPrefix) ? nil : name
    }
    let model = try #require(tensors.metadata["file"])
    var arguments = [packageFolder.appending(path: "examples/zoo/\(model)").path]
    let texts = Data((tensors.metadata["hyperparameters"] ?? "{}").utf8)
    for (name, text) in try JSONDecoder().decode([String: String].self, from: texts) {
      arguments += ["--set", "\(name)=\(text)"]
    }
    if let name = tensors.metadata["model"], !name.isEmpty { arguments += ["--model", name] }
    try build(arguments + ["--weights", "weights.safetensors", "--target-cpu", "aarch64"])
    _ = try run(
      [
        "forward", "inputs.safetensors", "--expect", "outputs.safetensors", "--tolerance", "1e-4",
        "--threads", "2",
      ])
  }

  /// Writes the tensors for which there is a name.
  private func write(_ tensors: TensorFile, to file: String, name: (String) -> String?) throws {
    let entries = tensors.entries.compactMap { entry in
      name(entry.name).map { TensorFile.Entry(name: $0, literal: entry.literal) }
    }
    try TensorFile.write(entries, to: tool.folder.appending(path: file).path)
  }
}

/// What runs programs for another kind of CPU.
struct Emulator {
  /// The path of the emulator.
  let program: String
  /// The C compiler that makes programs for it.
  let compiler: String
  /// Where the system libraries of that CPU are.
  let root: String

  /// QEMU and GCC for AArch64, as Debian's packages qemu-user-static and gcc-aarch64-linux-gnu install them.
  static let aarch64: Emulator? = {
    let root = "/usr/aarch64-linux-gnu"
    let compiler = "/usr/bin/aarch64-linux-gnu-gcc"
    let programs = ["/usr/bin/qemu-aarch64-static", "/usr/bin/qemu-aarch64"]
    let exists = FileManager.default.fileExists(atPath:)
    guard exists(root), exists(compiler), let program = programs.first(where: exists) else { return nil }
    return Emulator(program: program, compiler: compiler, root: root)
  }()
}
