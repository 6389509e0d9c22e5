import DLElaboration
import DLSyntax
import Foundation
import Testing

/// The files of the standard library, and the built-in functions.
struct LibraryTests {
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "Sources/CDLResources/library").path()

  @Test func allFilesAreEmbedded() throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: Self.folder).filter {
      $0.hasSuffix(".dl")
    }
    #expect(files.map { String($0.dropLast(3)) }.sorted() == StandardLibrary.paths)
    for path in StandardLibrary.paths {
      let text = try String(contentsOfFile: "\(Self.folder)/\(path).dl", encoding: .utf8)
      #expect(StandardLibrary.text(of: path) == text)
    }
  }

  @Test(arguments: StandardLibrary.paths)
  func isFormattedAndDocumented(path: String) throws {
    let file = SourceFile(name: path, text: try #require(StandardLibrary.text(of: path)))
    #expect(try DLSyntax.Formatter.format(file) == file.text)
    for declaration in Parser.parse(file).unit.declarations where !declaration.name.name.hasPrefix("_") {
      switch declaration {
      case .importing, .recipe: continue
      case .constant(let constant): #expect(constant.documentation != nil, "\(constant.name.name)")
      case .function(let function): #expect(function.documentation != nil, "\(function.name.name)")
      case .layer(let layer): #expect(layer.documentation != nil, "\(layer.name.name)")
      }
    }
  }

  @Test func referenceListsFunctionsAndLayers() {
    let sum =
      "| `sum(x, axis: nil, keepdims: false)` | The sum over an axis, a list of axes, or all of them. |"
    #expect(LibraryReference.builtins.contains(sum))
    #expect(LibraryReference.library.contains("| `relu(x: any[...]) -> any[...]` | max(x, 0). |"))
    #expect(LibraryReference.library.contains("| `Embedding(num_embeddings: Int, embedding_dim: Int, "))
    #expect(!LibraryReference.library.contains("`_"))
  }

  @Test func builtinsAreDocumentedAndDistinct() {
    let functions = Builtin.families.flatMap(\.functions)
    #expect(Set(functions.map(\.name)).count == functions.count)
    for function in functions { #expect(function.summary.hasSuffix(".") && !function.signature.isEmpty) }
  }
}
