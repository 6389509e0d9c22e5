import CDLResources
import Foundation
import Testing

@Suite struct ProgramSourcesTests {
  /// What the compiler carries is what stands in the folders.
  @Test func everySourceIsCarried() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources")
    var expected: [String: Data] = [:]
    for folder in ["CDLRuntime", "CDLProgram"] {
      let files = FileManager.default.enumerator(
        at: sources.appendingPathComponent(folder), includingPropertiesForKeys: nil)
      for case let file as URL in try #require(files) where ["c", "h"].contains(file.pathExtension) {
        expected[file.lastPathComponent] = try Data(contentsOf: file)
      }
    }
    var found: [String: Data] = [:]
    for index in 0..<dlc_program_source_count {
      let source = dlc_program_source(index)
      found[String(cString: source.name)] = Data(bytes: source.bytes, count: source.size)
    }
    #expect(found.keys.sorted() == expected.keys.sorted())
    #expect(found == expected)
  }
}
