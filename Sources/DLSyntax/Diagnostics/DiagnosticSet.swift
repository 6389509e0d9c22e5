/// The diagnostics of a compilation: each once, in the order of the source.
public struct DiagnosticSet: Sendable {
  private var seen: Set<Diagnostic> = []
  private var inserted: [Diagnostic] = []
  private var files: [SourceFile] = []

  public init() {}

  /// Adds a diagnostic, unless an equal one is there.
  public mutating func insert(_ diagnostic: Diagnostic) {
    guard seen.insert(diagnostic).inserted else { return }
    inserted.append(diagnostic)
    if !files.contains(diagnostic.range.file) { files.append(diagnostic.range.file) }
  }

  /// Adds all diagnostics of another set.
  public mutating func formUnion(_ other: DiagnosticSet) {
    for diagnostic in other.inserted { insert(diagnostic) }
  }

  public var isEmpty: Bool { inserted.isEmpty }
  public var count: Int { inserted.count }
  public var hasErrors: Bool { inserted.contains { $0.severity == .error } }
  public var errorCount: Int { inserted.count { $0.severity == .error } }

  /// All diagnostics, file by file in the order in which the files were first complained about, each file from top to
  /// bottom. Diagnostics at the same place stay in the order of their insertion.
  public var diagnostics: [Diagnostic] {
    let fileOrder = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1, $0) })
    let keyed = inserted.enumerated().map { index, diagnostic in
      (key: (fileOrder[diagnostic.range.file] ?? 0, diagnostic.range.lower, index), diagnostic)
    }
    return keyed.sorted { $0.key < $1.key }.map(\.1)
  }
}
