import DLCompiler
import DLTestSupport
import Foundation
import Testing

/// The reference pages are what `dlc reference` prints.
@Suite struct ReferenceTests {
  @Test(arguments: Reference.allCases)
  func pageIsCurrent(page: Reference) throws {
    let file = packageFolder.appending(path: "docs/\(page.rawValue).md")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text == page.text, "run: dlc reference \(page.rawValue) > docs/\(page.rawValue).md")
  }
}
