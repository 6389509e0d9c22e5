import DLTransforms
import Testing

@Suite struct NameTableTests {
  @Test(arguments: [
    ("bert.* -> *", "bert.encoder.weight", "encoder.weight"),
    ("bert.* -> *", "cls.bert.bias", "cls.bert.bias"),
    ("*.gamma -> *.weight", "a.b.gamma", "a.b.weight"),
    ("h.*.attn.* -> blocks.*.attention.*", "h.3.attn.q.bias", "blocks.3.attention.q.bias"),
    ("a -> b", "a", "b"), ("a -> b", "aa", "aa"), ("* -> m.*", "", "m."),
    ("x.* -> first\nx.y -> second", "x.y", "first"),
    ("# only a comment\n\n  x  ->  y  # and one more\n", "x", "y"),
    ("*a*a -> *|*", "banana", "b|nan"),
  ]) func translates(table: String, name: String, expected: String) throws {
    #expect(try NameTable(parsing: table).name(for: name) == expected)
  }

  @Test func passesOver() throws {
    let table = try NameTable(parsing: "lm_head.* -> _\n*.bias -> *.b")
    #expect(table.name(for: "lm_head.bias") == nil)
    #expect(table.name(for: "x.bias") == "x.b")
  }

  @Test(arguments: [
    ("a b", "line 1: expected 'name -> name', found 'a b'"),
    ("\na ->", "line 2: expected 'name -> name', found 'a ->'"),
    ("a => b", "line 1: expected 'name -> name', found 'a => b'"),
    ("a.* -> *.*", "line 1: '*.*' has more stars than 'a.*'"),
  ]) func refusesOtherLines(table: String, message: String) {
    let error = #expect(throws: NameTable.ParseError.self) { try NameTable(parsing: table) }
    #expect(error?.description == message)
  }
}
