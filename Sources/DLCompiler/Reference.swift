import DLElaboration
import DLGraph
import DLOperations
import DLSyntax
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
    case .library: Self.builtins + Self.standardLibrary
    case .operations: Self.operationTable
    case .passes: Self.passList
    }
  }

  private static func header(_ title: String, _ page: Reference) -> String {
    "# \(title)\n\n<!-- Made by `dlc reference \(page.rawValue)`; a test compares them. -->\n"
  }

  private static var builtins: String {
    var text = header("Built-in functions and the standard library", .library)
    text += "\nBuilt-in functions can be called as methods of their first argument: `x.sum(axis: 1)`.\n"
    for family in Builtin.families {
      text += "\n## \(family.title)\n\n"
      for function in family.functions {
        text += "- `\(function.name)(\(function.signature))`: \(function.summary)\n"
      }
    }
    return text
  }

  private static var standardLibrary: String {
    var text = ""
    for path in StandardLibrary.paths {
      guard let source = StandardLibrary.text(of: path) else { continue }
      let entries = Parser.parse(SourceFile(name: path, text: source)).unit.declarations.compactMap(\.entry)
      if entries.isEmpty { continue }
      text += "\n## `\(path.split(separator: "/").joined(separator: "."))`\n\n" + entries.joined()
    }
    return text
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

extension Declaration {
  /// A line of the reference; nil for what is private or not documented.
  fileprivate var entry: String? {
    let (name, parameters, documentation): (Identifier, [DLSyntax.Parameter], String?)
    switch self {
    case .function(let function):
      (name, parameters, documentation) = (function.name, function.parameters, function.documentation)
    case .layer(let layer):
      (name, parameters, documentation) = (layer.name, layer.parameters, layer.documentation)
    case .importing, .constant: return nil
    }
    guard !name.name.hasPrefix("_"), let documentation else { return nil }
    let list = parameters.map { parameter in
      parameter.name.name + (parameter.defaultValue.map { ": \($0.range.text)" } ?? "")
    }
    let summary = documentation.split(separator: "\n").joined(separator: " ")
    return "- `\(name.name)(\(list.joined(separator: ", ")))`: \(summary)\n"
  }
}
