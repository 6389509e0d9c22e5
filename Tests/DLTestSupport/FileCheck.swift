import DLGraph
import DLLoops
import DLOperations
import DLTransforms
import Foundation

/// Checks text by LLVM's FileCheck.
public enum FileCheck {
  private static let path = "/usr/lib/llvm-19/bin/FileCheck"

  /// What FileCheck says of `text`; nil where every check holds.
  ///
  /// - Parameter checks: lines with `CHECK:` and its relatives.
  public static func complaint(about text: String, checks: String) throws -> String? {
    let tool = try CommandLineTool()
    try tool.write(text, to: "output.txt")
    try tool.write(checks, to: "checks.txt")
    let outcome = try tool.run(path, ["checks.txt", "--input-file", "output.txt"])
    return outcome.status == 0 ? nil : outcome.errors + "\n" + text
  }

  /// The same for what passes make of a graph. The checks are comments in the graph's text.
  public static func complaint(
    after passes: [any Pass], of source: String, target: TargetDescription
  ) throws -> String? {
    var module = Module(name: "Test", graphs: [try GraphText(source).graph(Primitives.registry)])
    try PassManager(passes: passes, context: PassContext(target: target), verifies: true).run(on: &module)
    return try complaint(about: GraphText(module.graphs[0]).text, checks: source)
  }
}
