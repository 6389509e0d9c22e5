import DLTestSupport
import Foundation
import Testing

/// The Swift interface beside a compiled model, compiled and run with `DLRuntime` as an app would.
@Suite struct SwiftWrapperTests {
  private let tool: CommandLineTool

  init() throws { tool = try CommandLineTool() }

  private func build(_ arguments: String...) throws {
    let outcome = try tool.run(CommandLineTool.dlc, ["build", "model.dl", "-o", "out"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Compiles a program of `main.swift`, the interface and what is linked, and returns what it prints.
  private func output(of main: String, interface: String, linking inputs: [String] = []) throws -> String {
    try tool.write(main, to: "main.swift")
    let products = URL(filePath: CommandLineTool.dlc).deletingLastPathComponent()
    let runtime = try ["DLRuntime.build", "CDLRuntime.build"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: products.appending(path: folder).path)
        .filter { $0.hasSuffix(".o") }.map { products.appending(path: folder).appending(path: $0).path }
    }
    let outcome = try tool.run(
      "/usr/bin/env",
      ["swiftc", "-swift-version", "6", "-warnings-as-errors", "main.swift", interface] + inputs
        + (inputs.isEmpty ? [] : ["-I", "out"])
        + ["-I", products.appending(path: "Modules").path]
        + [
          "-Xcc",
          "-fmodule-map-file=\(products.appending(path: "CDLRuntime.build/module.modulemap").path)",
          "-Xcc", "-I\(packageFolder.appending(path: "Sources/CDLRuntime/include").path)",
        ] + runtime + ["-o", "app"])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let run = try tool.run("app", [])
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  /// Two outputs, a state, and names that are reserved words in Swift.
  private let model = """
    model Session {
      dim B in 1...4
      state total: f32[2]

      func forward(in: f32[B, 2]) -> (f32[B, 2], f32[B]) {
        return (in + in, in.sum(axis: 1))
      }

      func add(results: f32[2]) -> f32[2] {
        total = total + results
        return total
      }
    }
    """

  @Test(arguments: ["obj", "static"])
  func linksIntoAProgram(kind: String) throws {
    try tool.write(model, to: "model.dl")
    try build("--emit", kind)
    let main = """
      import DLRuntime
      let model = try Session()
      let (double, sums) = try model.forward(in: Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]))
      print(double.elements(Float.self), sums.elements(Float.self))
      for _ in 0..<2 { print(try model.add(results: Tensor([1, 10] as [Float])).elements(Float.self)) }
      print(model.session.state["total"].elements(Float.self))
      do { _ = try model.forward(in: Tensor([1] as [Float])) } catch { print(error) }
      """
    let code = kind == "obj" ? "out/session.o" : "out/libsession.a"
    let lines = try output(of: main, interface: "out/session.swift", linking: [code])
      .split(separator: "\n")
    #expect(
      lines.prefix(4) == [
        "[2.0, 4.0, 6.0, 8.0] [3.0, 7.0]", "[1.0, 10.0]", "[2.0, 20.0]", "[2.0, 20.0]",
      ])
    #expect(lines.last?.contains("'in'") == true)
  }

  @Test func opensALibraryWithItsWeights() throws {
    for file in ["digits.dl", "digits.safetensors"] { try tool.copy("examples/digits/\(file)") }
    let outcome = try tool.dlc(
      "build", "digits.dl", "--weights", "digits.safetensors", "--emit", "shared", "-o", "out")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let main = """
      import DLRuntime
      let model = try Digits(library: "out/digits.so", threads: 2)
      print(try model.forward(image: Tensor(zeros: [3, 1, 8, 8], .f32)).shape)
      """
    #expect(try output(of: main, interface: "out/digits.swift") == "[3, 10]\n")
  }
}
