import DLSyntax
import Foundation
import Testing

/// Mutated texts: whatever they say, parser, renderer and formatter have an answer.
@Suite struct FuzzTests {
  /// How long to search; a run with the same seed tries the same texts in the same order.
  private static let seconds =
    ProcessInfo.processInfo.environment["DLC_FUZZ_SECONDS"].flatMap(Double.init) ?? 1

  @Test(arguments: [1, 2]) func mutatedTextsAreHandled(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let texts = try [Samples.everything] + Samples.files.map { try String(contentsOf: $0, encoding: .utf8) }
    let end = ContinuousClock.now + .seconds(Self.seconds)
    while ContinuousClock.now < end {
      var text = texts.randomElement(using: &random) ?? ""
      for _ in 0..<Int.random(in: 1...4, using: &random) { text = mutated(text, &random) }
      try check(text)
    }
  }

  private func check(_ text: String) throws {
    let file = SourceFile(name: "fuzz.dl", text: text)
    let (unit, diagnostics) = Parser.parse(file)
    for diagnostic in diagnostics.diagnostics {
      let ranges =
        [diagnostic.range] + diagnostic.secondary.map(\.range) + (diagnostic.fixIt.map { [$0.range] } ?? [])
      for range in ranges { try #require(range.file == file && range.upper <= file.utf8.count) }
      try #require(!diagnostic.rendered().isEmpty)
    }
    guard !diagnostics.hasErrors else { return }
    let formatted = try Formatter.format(file)
    let (again, complaints) = Parser.parse(SourceFile(name: "formatted.dl", text: formatted))
    try #require(complaints.isEmpty, "\(complaints.rendered())\nfrom:\n\(text)")
    try #require(again.dump == unit.dump, "from:\n\(text)\nto:\n\(formatted)")
    try #require(
      try Formatter.format(SourceFile(name: "again.dl", text: formatted)) == formatted, "from:\n\(text)")
  }

  private func mutated(_ text: String, _ random: inout SplitMix) -> String {
    var bytes = Array(text.utf8)
    let tokens = Lexer.tokenize(SourceFile(name: "fuzz.dl", text: text)).tokens.map { $0.lower..<$0.upper }
    guard let byte = bytes.indices.randomElement(using: &random),
      let token = tokens.randomElement(using: &random),
      let other = tokens.randomElement(using: &random)
    else { return text }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[byte] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes[byte] = "()[]{}.,:?\n-=\"/_ ".utf8.randomElement(using: &random) ?? 0
    case 2: bytes.removeSubrange(byte...)
    case 3: bytes.removeSubrange(token)
    case 4: bytes.insert(contentsOf: bytes[token] + [UInt8(ascii: " ")], at: token.lowerBound)
    case 5: bytes.replaceSubrange(token, with: bytes[other])
    case 6: bytes.insert(contentsOf: [UInt8(ascii: "\n")] + bytes[other], at: token.lowerBound)
    default: bytes.insert(contentsOf: Array("// c\n".utf8), at: token.lowerBound)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
