import DLSyntax
import Testing

@Suite struct LexerTests {
  private func kinds(_ text: String) -> [Token.Kind] {
    Lexer.tokenize(SourceFile(name: "test.dl", text: text)).tokens.dropLast().map(\.kind)
  }

  @Test func numbers() {
    #expect(
      kinds("0 12_000 0xFf 9223372036854775807") == [
        .integer(0), .integer(12_000), .integer(255), .integer(.max),
      ])
    #expect(kinds("1.5 1e-5 2E+3 1_0.2_5") == [.float(1.5), .float(1e-5), .float(2000), .float(10.25)])
    #expect(kinds("1...n") == [.integer(1), .symbol(.ellipsis), .identifier])
    #expect(kinds("0..<3") == [.integer(0), .symbol(.halfOpenRange), .integer(3)])
    #expect(kinds("p.0.1") == [.identifier, .symbol(.dot), .integer(0), .symbol(.dot), .integer(1)])
    #expect(kinds("$0.1") == [.closureParameter(0), .symbol(.dot), .integer(1)])
    #expect(kinds("0.5.T") == [.float(0.5), .symbol(.dot), .identifier])
  }

  @Test func strings() {
    #expect(kinds(#""a\n\t\"\\\u{3b1}é""#) == [.string("a\n\t\"\\αé")])
    #expect(kinds(#""" "//""#) == [.string(""), .string("//")])
  }

  @Test func wordsOfTheGrammarAreNames() {
    #expect(
      kinds("in layer param _ _x let") == [
        .identifier, .identifier, .identifier, .wildcard, .identifier, .keyword(.let),
      ])
  }

  @Test func longestSymbolWins() {
    #expect(kinds("**->=...") == [.symbol(.power), .symbol(.arrow), .symbol(.assign), .symbol(.ellipsis)])
    for symbol in Symbol.allCases { #expect(kinds(symbol.rawValue) == [.symbol(symbol)]) }
  }

  @Test func commentsBelongToTheTokenBehindThem() {
    let stream = Lexer.tokenize(SourceFile(name: "test.dl", text: "a // b\r\n/// c\n//// d\ne"))
    #expect(stream.tokens.map(\.comments) == [0..<0, 0..<3, 3..<3])
    #expect(stream.tokens.map(\.startsLine) == [true, true, false])
    #expect(stream.comments.map(\.isDocumentation) == [false, true, false])
    #expect(stream.comments.map(\.standsAlone) == [false, true, true])
    #expect(stream.comments[0].upper == 6)
  }

  @Test func byteOrderMarkIsSkipped() { #expect(kinds("\u{FEFF}a") == [.identifier]) }
}
