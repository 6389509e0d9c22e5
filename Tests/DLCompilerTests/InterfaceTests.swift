import CDLRuntime
import DLRuntime
import DLTestSupport
import Foundation
import Testing

/// What `docs/abi.md` promises, by its own examples.
@Suite struct InterfaceTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors"] { try tool.copy("examples/digits/\(file)") }
  }

  private func build(_ options: String...) throws {
    let outcome = try tool.run(
      CommandLineTool.dlc, ["build", "digits.dl", "--weights", "digits.safetensors", "-o", "out"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func example(_ language: String) throws -> String {
    try #require(try MarkdownBlock.blocks(of: "docs/abi.md").first { $0.info == language }).text
  }

  private func compile(_ arguments: String...) throws {
    let outcome = try tool.run("/usr/bin/env", ["cc", "-Wall", "-Werror", "-Iout", "app.c"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func programInCWithAnObject() throws {
    try build("--emit", "obj")
    try tool.write(try example("c"), to: "app.c")
    try compile("out/digits.o", "-o", "app", "-lm")
    let outcome = try tool.run("app", [])
    #expect(outcome.status == 0 && outcome.output == "1\n", "\(outcome.errors)")
  }

  @Test func programInCWithEmbeddedWeights() throws {
    try build("--emit", "static", "--embed-weights")
    #expect(!tool.exists("out/digits.dlw"))
    let text = """
      #include "digits.h"
      #include <stdio.h>

      static _Alignas(DLC_ALIGNMENT) char workspace[DIGITS_FORWARD_WORKSPACE_SIZE];

      int main(void) {
        float image[64] = {0}, scores[10];
        Digits_forward_typed(Digits_model.weights, workspace, NULL, 1, image, scores);
        printf("%u %s %d\\n", Digits_model.abi_version, Digits_model.name, scores[0] == scores[0]);
        return 0;
      }

      """
    try tool.write(text, to: "app.c")
    try compile("out/libdigits.a", "-o", "app", "-lm")
    #expect(try tool.run("app", []).output == "\(DLC_ABI_VERSION) Digits 1\n")
  }

  /// The example in Swift, with the library found in the test's folder.
  @Test func callsFromSwift() throws {
    try build("--emit", "shared")
    #expect(try example("swift").contains("Model(path: \"out/digits.so\")"))
    let model = try Model(path: tool.folder.appending(path: "out/digits.so").path)
    let session = Session(model, pool: try ThreadPool(threads: 2))
    let image = Tensor([Float](repeating: 0, count: 64), shape: [1, 1, 8, 8])
    let scores = try session.run("forward", ["image": image])["output"]
    #expect(scores?.shape == [1, 10])
  }

  @Test func inspectsALibrary() throws {
    try build("--emit", "shared", "--set", "width=16", "--fix", "B=2")
    let outcome = try tool.dlc("inspect", "out/digits.so")
    #expect(outcome.output.hasPrefix("model Digits\n  made by   dlc "), "\(outcome.errors)")
    #expect(outcome.output.contains("  options   set width=16; fix B=2\n"))
    #expect(outcome.output.contains("  func forward(image: f32[2, 1, 8, 8]) -> (output: f32[2, 10])"))
  }

  @Test func refusesAnotherVersion() throws {
    try build("--emit", "shared")
    let file = tool.folder.appending(path: "out/digits.so")
    var bytes = try Data(contentsOf: file)
    // The descriptor begins with the version and its own size.
    func start(version: Int) -> Data {
      [UInt32(version), UInt32(MemoryLayout<dlc_model>.size)].withUnsafeBytes { Data($0) }
    }
    let range = try #require(bytes.range(of: start(version: Int(DLC_ABI_VERSION))))
    bytes.replaceSubrange(range, with: start(version: 99))
    try bytes.write(to: file)
    let outcome = try tool.dlc("inspect", "out/digits.so")
    let expected = """
      error: the model has ABI version 99, but this runtime has version \(DLC_ABI_VERSION): build both with the same dlc

      """
    #expect(outcome.status == 1 && outcome.errors == expected, "\(outcome.errors)")
  }

  @Test func refusesALibraryWithoutAModel() throws {
    try tool.write("int f(void) { return 1; }\n", to: "app.c")
    try compile("-shared", "-fPIC", "-o", "other.so")
    let outcome = try tool.dlc("inspect", "other.so")
    #expect(outcome.status == 1 && outcome.errors == "error: other.so: has no model that dlc made\n")
  }
}
