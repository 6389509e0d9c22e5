extension String {
  /// The folder of a path: what stands before the last component, without the slash; empty for a bare name.
  package var parentFolder: String {
    var parts = self[...]
    while parts.count > 1, parts.hasSuffix("/") { parts.removeLast() }
    guard let slash = parts.lastIndex(of: "/") else { return "" }
    var folder = parts[..<slash]
    while folder.hasSuffix("/") { folder.removeLast() }
    return folder.isEmpty ? "/" : String(folder)
  }

  /// The last component of a path.
  package var lastPathComponent: String {
    split(separator: "/").last.map(String.init) ?? self
  }
}
