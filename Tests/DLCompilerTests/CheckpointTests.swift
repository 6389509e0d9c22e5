import DLCompiler
import DLGraph
import DLTestSupport
import DLTransforms
import Foundation
import Testing

/// The published checkpoint of every model of the zoo fits it: `Tests/Reference/checkpoints` lists their tensors.
@Suite struct CheckpointTests {
  struct Checkpoint: CustomTestStringConvertible {
    let name: String
    var file = ""
    var table = NameTable()
    var hyperparameters: [String: String] = [:]
    /// Names and types, as text.
    var tensors: [(name: String, type: String)] = []

    var testDescription: String { name }

    init(_ path: URL) throws {
      name = path.deletingPathExtension().lastPathComponent
      for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        switch words[0] {
        case "file": file = words[1]
        case "names":
          let url = packageFolder.appending(path: "examples/zoo/names/\(words[1]).txt")
          table = try NameTable(parsing: String(contentsOf: url, encoding: .utf8))
        case "set":
          let parts = line.dropFirst(4).split(separator: "=", maxSplits: 1)
          hyperparameters[String(parts[0])] = String(parts[1])
        default: tensors.append((words[1], words[2]))
        }
      }
    }
  }

  static let checkpoints: [Checkpoint] = {
    let folder = packageFolder.appending(path: "Tests/Reference/checkpoints")
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }.compactMap { try? Checkpoint($0) }
  }()

  @Test func thereAreCheckpoints() { #expect(Self.checkpoints.count == 18) }

  @Test(arguments: checkpoints) func binds(checkpoint: Checkpoint) throws {
    var options = Compiler.Options()
    for (name, value) in checkpoint.hyperparameters { options.set(name, to: value) }
    let compiler = Compiler(options)
    let path = packageFolder.appending(path: "examples/zoo/\(checkpoint.file)").path
    let module = try compiler.elaborate(compiler.readSource(path))
    let tensors = try checkpoint.tensors.map { (name: $0.name, type: try #require(Self.type($0.type))) }
    let matching = NameMatching(module.parameters, tensors, checkpoint.table)
    #expect(matching.problems.isEmpty, "\(matching.problems.prefix(5))")
    #expect(matching.positions.count == module.parameters.count)
  }

  /// `f32[2, 3]`
  private static func type(_ text: String) -> TensorType? {
    let parts = text.split(separator: "[")
    guard let element = ElementType(rawValue: String(parts[0])) else { return nil }
    let extents = parts[1].dropLast().split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    return TensorType(element, extents.map { Dimension($0) })
  }
}
