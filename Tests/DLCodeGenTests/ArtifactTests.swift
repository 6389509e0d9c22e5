import CDLRuntime
import DLCodeGen
import DLGraph
import DLLoops
import Foundation
import Testing

/// The files that a compiled model becomes, used as an app would.
@Suite struct ArtifactTests {
  /// A folder of one test.
  final class Folder {
    let path = NSTemporaryDirectory() + "/dlc-artifact-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { "\(path)/\(name)" }
  }

  static func compile(embedsWeights: Bool = false, name: String = "sample") throws -> CompiledModel {
    var options = CodeGenerator.Options()
    options.embedsWeights = embedsWeights
    options.description = ModelDescription(compiler: "dlc 0", source: "abc", recipe: "none")
    return try CodeGenerator(target: .host).emit(SampleProgram.make(name: name), options: options)
  }

  /// Runs a program and returns what it prints.
  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  static let runtimeInclude = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/CDLRuntime/include").path

  /// A C program on the header of the model.
  static let client = """
    #include <stdio.h>
    #include "sample.h"
    int main(void) {
      float x[12] = {0}, y[12], total = 1;
      char workspace[SAMPLE_STEP_WORKSPACE_SIZE] __attribute__((aligned(DLC_ALIGNMENT)));
      int64_t limit = 25, count = 0;
      void *states[] = {&total};
      for (int i = 0; i < 12; i++) x[i] = (float)i;
      sample_step_typed(sample_model.weights, workspace, 0, states, 3, x, &limit, y, &count);
      for (int i = 0; i < 12; i++) printf("%g ", y[i]);
      printf("| %g %d | %s %d", total, (int)count, sample_model.name, SAMPLE_STATE_TOTAL_SIZE);
      return 0;
    }
    """
  /// y = x * [1, 2, 3, 4] + [0.5, 0, -0.5, 1], whose sum is 183, on a state of 1.
  static let expected = "0.5 2 5.5 13 4.5 10 17.5 29 8.5 18 29.5 45 | 184 30 | sample 4"

  @Test func aCProgramUsesTheObjectFileAndTheHeader() throws {
    let folder = try Folder()
    let model = try Self.compile(embedsWeights: true)
    try model.write(.object, to: folder.file("sample.o"))
    try model.write(.staticLibrary, to: folder.file("libsample.a"))
    try model.write(.header, to: folder.file("sample.h"))
    try Self.client.write(toFile: folder.file("main.c"), atomically: true, encoding: .utf8)
    for library in ["sample.o", "libsample.a"] {
      let compiled = try Self.run(
        "cc",
        [
          "-Wall", "-Wextra", "-Werror", "-std=c11", "-I", folder.path, "-I", Self.runtimeInclude,
          folder.file("main.c"),
          folder.file(library), "-o", folder.file("main"),
        ])
      #expect(compiled.output == "")
      #expect(try Self.run(folder.file("main"), []).output == Self.expected)
    }
  }

  @Test func theHeaderIsValidCPlusPlus() throws {
    guard try Self.run("c++", ["--version"]).status == 0 else { return }
    let folder = try Folder()
    try Self.compile().write(.header, to: folder.file("sample.h"))
    let checked = try Self.run(
      "c++",
      ["-fsyntax-only", "-Wall", "-Werror", "-x", "c++", "-I", Self.runtimeInclude, folder.file("sample.h")])
    #expect(checked.status == 0, "\(checked.output)")
  }

  @Test func aSharedLibraryExportsTheModelAndItsEntryPointsOnly() throws {
    let folder = try Folder()
    try Self.compile().write(.sharedLibrary, to: folder.file("sample.so"))
    let symbols = try Self.run("nm", ["-D", "--defined-only", folder.file("sample.so")]).output
    let names = symbols.split(separator: "\n").compactMap { $0.split(separator: " ").last.map { String($0) } }
    #expect(names.sorted() == ["sample_model", "sample_step"])
  }

  @Test func anExecutableSaysWhatItIs() throws {
    let folder = try Folder()
    let model = try Self.compile()
    try model.write(.executable, to: folder.file("sample"))
    try model.write(.weights, to: folder.file("sample.dlw"))
    let info = try Self.run(folder.file("sample"), ["--info"])
    #expect(info.status == 0, "\(info.output)")
    #expect(info.output.contains("sample"))
    #expect(info.output.contains("f32[N, 4]"))
  }

  @Test func buildsAreReproducible() throws {
    let folder = try Folder()
    for output in CompiledModel.Output.allCases where output != .executable {
      for embeds in [false, true] {
        let contents = try (0..<2).map { index in
          let path = folder.file("\(index)")
          try Self.compile(embedsWeights: embeds).write(output, to: path)
          return try Data(contentsOf: URL(fileURLWithPath: path))
        }
        #expect(contents[0] == contents[1], "\(output) \(embeds)")
      }
    }
  }

  @Test func theWeightsFileIsWhatTheModelExpects() throws {
    let folder = try Folder()
    let model = try Self.compile()
    try model.write(.weights, to: folder.file("sample.dlw"))
    try model.write(.sharedLibrary, to: folder.file("sample.so"))
    let handle = try #require(dlopen(folder.file("sample.so"), RTLD_NOW))
    defer { dlclose(handle) }
    let description = try #require(dlsym(handle, "sample_model")).assumingMemoryBound(to: dlc_model.self)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("sample.dlw")))
    var message = [CChar](repeating: 0, count: 256)
    let isValid = data.withUnsafeBytes { bytes in
      dlc_weights_check_header(description, bytes.baseAddress, 64, UInt64(bytes.count), &message, 256)
        && dlc_weights_check_data(description, bytes.baseAddress! + 64, &message, 256)
    }
    #expect(isValid, "\(text(message))")
    #expect(dlc_model_check(description, &message, 256), "\(text(message))")
    #expect(data.count == 64 + 64 + 16)
  }

  @Test func filesThatCanNotBeWrittenAreNamed() throws {
    let model = try Self.compile()
    let error = #expect(throws: CodeGenError.self) {
      try model.write(.object, to: "/nonexistent/folder/model.o")
    }
    #expect(error?.description == "cannot write '/nonexistent/folder/model.o': No such file or directory")
  }

  @Test func otherMachinesCanBeCompiledFor() throws {
    let folder = try Folder()
    for name in TargetDescription.names {
      let target = try #require(TargetDescription.named(name))
      try CodeGenerator(target: target).emit(SampleProgram.make()).write(.object, to: folder.file(name))
      let object = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
      #expect(object.starts(with: [0x7f, 0x45, 0x4c, 0x46]), "\(name)")
    }
    #expect(TargetDescription.named("pdp-11") == nil)
    var wrong = TargetDescription.host
    wrong.triple = "vax-unknown-vms"
    #expect(throws: CodeGenError.self) { try CodeGenerator(target: wrong).emit(SampleProgram.make()) }
  }

  /// The text in a buffer of C.
  private func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
