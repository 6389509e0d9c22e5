import DLSyntax

extension Elaborator {
  /// The scope of the file that an import names; nil where it is missing or has errors, which is reported.
  func importedFile(_ declaration: ImportDeclaration) -> FileScope? {
    let parts = declaration.path.map(\.name)
    let path = parts.joined(separator: ".")
    if let known = files[path] { return known }
    files[path] = .some(nil)
    guard let found = loader(parts) else {
      report(.unknownImport(path, at: declaration.range))
      return nil
    }
    return load(found, path: path)
  }

  private func load(_ found: ImportLoader.Found, path: String) -> FileScope? {
    if found.isLibrary { libraryFiles.insert(found.file) }
    let (unit, errors) = Parser.parse(found.file)
    diagnostics.formUnion(errors)
    let scope = FileScope(path: path, isLibrary: found.isLibrary, unit: unit)
    files[path] = scope
    resolveImports(of: scope)
    return scope
  }

  /// Reads what a file imports, and complains about names declared twice.
  func resolveImports(of file: FileScope) {
    var first: [String: Declaration] = [:]
    for declaration in file.unit.declarations {
      let name = declaration.name
      if let earlier = first[name.name] {
        report(.redeclared(name, first: earlier.name.range))
      } else {
        first[name.name] = declaration
      }
      if case .importing(let declaration) = declaration, let imported = importedFile(declaration) {
        file.imports.append((name.name, imported))
      }
    }
  }

  /// The library file whose functions can be used everywhere, without an import.
  var prelude: FileScope? {
    if let known = files["nn"] { return known }
    files["nn"] = .some(nil)
    return loader(["nn"]).flatMap { load($0, path: "nn") }
  }
}
