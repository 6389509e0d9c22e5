import DLElaboration
import DLGraph
import DLOperations
import DLTransforms

/// Reference pages in Markdown, made from what the compiler itself knows.
public enum Reference: String, CaseIterable, Sendable {
  /// The built-in functions and the declarations of the standard library.
  case library
  /// The operations of the graph IR.
  case operations
  /// The passes, in their order, with the rewrite rules.
  case passes

  /// The page. Ends with a line break.
  public var text: String {
    switch self {
    case .library: Self.libraryTables
    case .operations: Self.operationTable
    case .passes: Self.passList
    }
  }

  private static func header(_ title: String, _ page: Reference) -> String {
    "# \(title)\n\n<!-- Made by `dlc reference \(page.rawValue)`; a test compares them. -->\n"
  }

  private static var libraryTables: String {
    header("Built-in functions and the standard library", .library)
      + "\nBuilt-in functions can be called as methods of their first argument: `x.sum(axis: 1)`.\n\n"
      + LibraryReference.builtins + "\n" + LibraryReference.library
  }

  private static var operationTable: String {
    var text = header("Operations of the graph IR", .operations) + "\n| operation | result |\n|---|---|\n"
    for primitive in Primitives.all {
      let documentation = primitive.documentation
      let names = documentation.names.count > 1 ? ": \(documentation.names.joined(separator: ", "))" : ""
      text += "| `\(documentation.form)`\(names) | \(documentation.summary) |\n"
    }
    return text
  }

  private static var passList: String {
    var text = header("Passes", .passes) + "\n"
    for pass in Pipeline.standard {
      text += "- `\(pass.name)`: \(pass.summary)\n"
    }
    text += "\n## Rewrite rules\n\n"
    for equation in Simplification().equations { text += "- \(equation)\n" }
    return text
  }
}
