import DLSyntax

/// The reference of the built-in functions and of the standard library, made of their doc comments.
public enum LibraryReference {
  /// The built-in functions as Markdown: a table for each family.
  public static var builtins: String {
    let sections = Builtin.families.map { title, functions in
      table(title, functions.map { ("\($0.name)(\($0.signature))", $0.summary) })
    }
    return sections.joined(separator: "\n")
  }

  /// The layers and functions of the library as Markdown: a table for each file.
  public static var library: String {
    let sections = StandardLibrary.paths.compactMap { path -> String? in
      guard let text = StandardLibrary.text(of: path) else { return nil }
      let unit = Parser.parse(SourceFile(name: "\(path).dl", text: text)).unit
      let rows = unit.declarations.compactMap(\.row)
      return rows.isEmpty ? nil : table("\(path).dl", rows)
    }
    return sections.joined(separator: "\n")
  }

  private static func table(_ title: String, _ rows: [(signature: String, summary: String)]) -> String {
    let lines = rows.map { signature, summary in "| `\(signature)` | \(summary.asCell) |" }
    return (["## \(title)", "", "| | |", "|---|---|"] + lines).joined(separator: "\n") + "\n"
  }
}

extension Declaration {
  /// The signature with the documentation; nil for imports and for what is private to its file.
  fileprivate var row: (signature: String, summary: String)? {
    if name.name.hasPrefix("_") { return nil }
    switch self {
    case .importing, .recipe: return nil
    case .constant(let constant): return ("const \(constant.name.name)", constant.documentation ?? "")
    case .layer(let layer): return (layer.name.name + layer.parameters.list, layer.documentation ?? "")
    case .function(let function):
      let result = function.result.map { " -> \($0.range.text)" } ?? ""
      return (function.name.name + function.parameters.list + result, function.documentation ?? "")
    }
  }
}

extension [DLSyntax.Parameter] {
  /// The parameters as they are written, on one line.
  fileprivate var list: String { "(\(map(\.range.text).joined(separator: ", ")))" }
}

extension String {
  /// The text on one line, without what Markdown would take for the border of a cell.
  fileprivate var asCell: String {
    split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ").replacing("|", with: "\\|")
  }
}
