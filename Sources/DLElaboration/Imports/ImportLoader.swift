import CDLResources
import DLSyntax
import Foundation

/// Finds the files that `import` names.
public struct ImportLoader: Sendable {
  /// A file with what is to be known of its origin.
  public struct Found: Sendable {
    public let file: SourceFile
    /// Whether it is part of the standard library.
    public let isLibrary: Bool

    public init(_ file: SourceFile, isLibrary: Bool) {
      self.file = file
      self.isLibrary = isLibrary
    }
  }

  private let find: @Sendable (_ path: String) -> Found?

  /// A loader that asks `find` for paths such as `nn/linear`, without the extension.
  public init(_ find: @escaping @Sendable (_ path: String) -> Found?) { self.find = find }

  func callAsFunction(_ path: [String]) -> Found? { find(path.joined(separator: "/")) }

  /// The standard library, and nothing else.
  public static let library = ImportLoader { path in
    StandardLibrary.text(of: path).map { Found(SourceFile(name: "\(path).dl", text: $0), isLibrary: true) }
  }

  /// The standard library, then the `.dl` files of a folder and the folders in it.
  public static func library(andFilesIn folder: String) -> ImportLoader {
    ImportLoader { path in
      if let found = library.find(path) { return found }
      let name = "\(folder)/\(path).dl"
      guard let text = try? String(contentsOfFile: name, encoding: .utf8) else { return nil }
      return Found(SourceFile(name: name, text: text), isLibrary: false)
    }
  }
}

/// The `.dl` files that are part of the compiler.
public enum StandardLibrary {
  /// The paths of the files, without the extension, in alphabetical order.
  public static let paths: [String] = texts.keys.sorted()

  /// The text of a file.
  public static func text(of path: String) -> String? { texts[path] }

  private static let texts: [String: String] = {
    var texts: [String: String] = [:]
    for file in UnsafeBufferPointer(start: dlc_library_begin(), count: dlc_library_count()) {
      let bytes = UnsafeRawBufferPointer(start: file.text, count: file.byte_count)
      texts[String(cString: file.path)] = String(decoding: bytes, as: UTF8.self)
    }
    return texts
  }()
}
