import DLCodeGen
import DLCompiler
import DLLoops
import DLLowering
import Foundation
import Testing

struct TuningDatabaseTests {
  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("dlc-tuning-\(UUID().uuidString).json").path
  }

  @Test func isReadAsItWasWritten() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let other = try #require(TargetDescription.named("haswell"))
    var database = TuningDatabase()
    database.set(TileChoice(rows: 9, vectors: 3), for: "a problem", on: .host)
    database.set(TileChoice(rows: 4, vectors: 2), for: "a problem", on: other)
    try database.write(to: path)
    let read = try TuningDatabase(path: path)
    #expect(read == database)
    #expect(read.table(for: other).choices == ["a problem": TileChoice(rows: 4, vectors: 2)])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try read.write(to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  @Test(
    arguments: [
      ("{", "is not a tuning database of dlc: write a new one with --tune"),
      ("[]", "is not a tuning database of dlc: write a new one with --tune"),
      (#"{"version": 1, "targets": {"t": {"p": {"rows": "x"}}}}"#, "is not a tuning database of dlc"),
      (#"{"version": 2, "targets": {}}"#, "has version 2; this compiler reads 1"),
      (#"{"version": 3, "kernels": []}"#, "has version 3; this compiler reads 1"),
    ])
  func aBrokenFileIsRefused(text: String, message: String) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: CompilerError.self) { try TuningDatabase(path: path) }
    #expect("\(try #require(error))".contains(message))
  }

  @Test func aMissingFileIsNamed() throws {
    let error = #expect(throws: CompilerError.self) { try TuningDatabase(path: "/nowhere/t.json") }
    let text = "\(try #require(error))"
    #expect(text.contains("cannot read the tuning database") && text.contains("/nowhere/t.json"))
  }
}
