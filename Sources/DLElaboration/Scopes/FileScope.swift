import DLSyntax

/// The declarations of a file.
final class FileScope {
  /// The path by which it is imported, for example `nn.linear`; empty for the file with the model.
  let path: String
  /// Whether the file is part of the standard library.
  let isLibrary: Bool
  let unit: SourceUnit
  private(set) var declarations: [String: Declaration] = [:]
  /// The files it imports, by the names it gives them.
  var imports: [(name: String, file: FileScope)] = []
  /// The values of the constants determined so far; a nil value is one that failed.
  var constants: [String: Value?] = [:]
  /// The constants that are being determined, to find those that need themselves.
  var pendingConstants: Set<String> = []

  init(path: String, isLibrary: Bool, unit: SourceUnit) {
    self.path = path
    self.isLibrary = isLibrary
    self.unit = unit
    for declaration in unit.declarations where declarations[declaration.name.name] == nil {
      declarations[declaration.name.name] = declaration
    }
  }

  /// The declaration of a name with the file it stands in: this one, or a part of it.
  ///
  /// A file passes on what it imports from the folder of its own name: `nn` those of `nn.linear`.
  func exported(_ name: String) -> (Declaration, FileScope)? {
    if let declaration = declarations[name], !declaration.isImport { return (declaration, self) }
    for part in parts { if let found = part.exported(name) { return found } }
    return nil
  }

  /// The names that others can use.
  var exportedNames: [String] {
    declarations.values.filter { !$0.isImport }.map(\.name.name).filter { !$0.hasPrefix("_") }
      + parts.flatMap(\.exportedNames)
  }

  private var parts: [FileScope] {
    path.isEmpty ? [] : imports.map(\.file).filter { $0.path.hasPrefix(path + ".") }
  }
}

extension Declaration {
  var isImport: Bool {
    if case .importing = self { true } else { false }
  }
}
