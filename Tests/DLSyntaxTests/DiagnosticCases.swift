/// What is said about texts with mistakes, word for word: for each message its place, then its words, then the hint.
extension DiagnosticTests {
  static let lexical = [
    Case(
      "const a = 1 # one",
      "1:13 unexpected '#' [unexpected-character]",
      "hint: comments begin with '//'"),
    Case(
      "const a = 'x'",
      "1:11 unexpected ''' [unexpected-character]",
      "hint: strings stand in double quotes",
      "1:13 unexpected ''' [unexpected-character]",
      "hint: strings stand in double quotes"),
    Case(
      "const é = 1",
      "1:7 unexpected 'é' [unexpected-character]",
      "hint: names are made of the letters a to z and A to Z, digits and '_'"),
    Case(
      "const a = 1 − 2",
      "1:13 unexpected '−' [unexpected-character]",
      "hint: did you mean '-'?"),
    Case(
      "const a = 1\u{a0}+ 2",
      "1:12 unexpected character U+00A0 [unexpected-character]",
      "hint: did you mean an ordinary space?"),
    Case(
      "const a = \u{1}1",
      "1:11 unexpected character U+0001 [unexpected-character]"),
    Case(
      """
      const a = "text
      const b = 1
      """,
      "1:11 the string is not closed [unterminated-string]",
      #"hint: a string ends with '"' on the line where it began; '\n' stands for a line break"#),
    Case(
      #"const a = "\q\u{110000}""#,
      #"1:12 '\q' is no escape sequence [invalid-escape]"#,
      #"hint: the escape sequences are \n, \t, \r, \0, \", \\ and \u{…} with a hexadecimal number"#,
      #"1:14 '\u{110000}' is no escape sequence [invalid-escape]"#,
      #"hint: the escape sequences are \n, \t, \r, \0, \", \\ and \u{…} with a hexadecimal number"#),
    Case(
      "const a = 9223372036854775808",
      "1:11 the integer 9223372036854775808 is too large [number-out-of-range]"),
    Case(
      "const a = 1e999",
      "1:11 the number 1e999 is too large [number-out-of-range]"),
    Case(
      "const a = 1e-999",
      "1:11 the number 1e-999 is too small [number-out-of-range]"),
    Case(
      "const a = 12ab",
      "1:11 '12ab' is no number [invalid-number]",
      "hint: numbers look like 12_000, 0xff, 1.5 or 1e-5"),
    Case(
      "const a = 0x",
      "1:11 '0x' is no number [invalid-number]",
      "hint: numbers look like 12_000, 0xff, 1.5 or 1e-5"),
  ]

  static let declarations = [
    Case(
      "let a = 1",
      "1:1 expected a declaration, found the keyword 'let' [expected-declaration]",
      "hint: at the top level stand 'import', 'const', 'func', 'layer', 'model' and 'recipe'"),
    Case(
      "modle Net() {}",
      "1:1 'modle' begins nothing here [misspelt-keyword]",
      "hint: did you mean 'model'?"),
    Case(
      "def f() {}",
      "1:1 'def' begins nothing here [misspelt-keyword]",
      "hint: did you mean 'func'?"),
    Case(
      "class Net {}",
      "1:1 'class' begins nothing here [misspelt-keyword]",
      "hint: did you mean 'layer'?"),
    Case(
      "}",
      "1:1 expected a declaration, found '}' [expected-declaration]",
      "hint: this bracket closes nothing: remove it"),
    Case(
      "const a 1",
      "1:9 expected ':' or '=', found '1' [expected-syntax]"),
    Case(
      "const a: Int 1",
      "1:14 expected '=', found '1' [expected-syntax]"),
    Case(
      "const let = 1",
      "1:7 expected the name of the constant, found the keyword 'let' [expected-syntax]"),
    Case(
      "import",
      "1:7 expected the name of a module, found the end of the file [expected-syntax]"),
    Case(
      "import nn const a = 1",
      "1:11 expected a line break, found 'const' [expected-syntax]"),
    Case(
      "func f { }",
      "1:8 expected '(', found '{' [expected-syntax]"),
    Case(
      "func f(x) {}",
      "1:9 expected ':', found ')' [expected-syntax]",
      "hint: a parameter is written 'name: Type'"),
    Case(
      "func f(x: Int y: Int) {}",
      "1:15 expected ',' or ')', found 'y' [unclosed-bracket]",
      "hint: put a comma between two elements"),
    Case(
      "func f() -> { }",
      "1:13 expected a type, found '{' [expected-syntax]",
      "hint: types look like Int, [Int], Int? or f32[batch, 3]"),
    Case(
      "func f() -> (Int) { }",
      "1:13 a tuple has at least two elements [short-tuple]",
      "hint: write the type without parentheses"),
    Case(
      "func f() -> Int?? { }",
      "1:17 the type is optional already [double-optional]",
      "hint: remove this '?'"),
    Case(
      """
      func f()
      const a = 1
      """,
      "1:9 expected '->' or '{', found the end of the line [expected-syntax]"),
    Case(
      "layer L",
      "1:8 expected '{', found the end of the file [expected-syntax]"),
    Case(
      """
      layer L {
        a = B()

      layer M {}
      """,
      "4:1 expected '}', found 'layer' [unclosed-bracket]"),
    Case(
      """
      func f() {
        let a = 1

      func g() {}
      """,
      "4:1 expected '}', found the keyword 'func' [unclosed-bracket]"),
  ]

  static let members = [
    Case(
      """
      layer L {
        weight: f32[3]
      }
      """,
      "2:3 expected a member, found 'weight' [expected-member]",
      "hint: a tensor is written 'param weight: …'"),
    Case(
      """
      layer L {
        parm weight: f32[3]
      }
      """,
      "2:3 'parm' begins nothing here [misspelt-keyword]",
      "hint: did you mean 'param'?"),
    Case(
      """
      layer L {
        var x = 1
      }
      """,
      "2:3 a member can't change [variable-member]",
      "hint: write 'let' for a constant, or 'state' for a tensor kept between calls"),
    Case(
      """
      layer L {
        param weight f32[3]
      }
      """,
      "2:16 expected ':', found 'f32' [expected-syntax]",
      "hint: a tensor is written 'param name: f32[…]'"),
    Case(
      """
      layer L {
        dim T in context
      }
      """,
      "2:12 the bounds of a dimension are a range [dimension-bounds]",
      "hint: write for instance '1...context'"),
    Case(
      """
      layer L {
        dim T 1...3
      }
      """,
      "2:9 expected 'in', found '1' [expected-syntax]"),
    Case(
      """
      layer L {
        for x in y {}
      }
      """,
      "2:3 expected a member, found the keyword 'for' [expected-member]",
      "hint: members are 'name = Layer(…)', 'param', 'buffer', 'state', 'dim', 'let' and 'func'"),
    Case(
      """
      layer L {
        a
      }
      """,
      "2:3 expected a member, found 'a' [expected-member]",
      "hint: members are 'name = Layer(…)', 'param', 'buffer', 'state', 'dim', 'let' and 'func'"),
    Case(
      """
      layer L {
        a = B() c = D()
      }
      """,
      "2:11 expected the end of the line after a member, found 'c' [expected-line-break]"),
    Case(
      """
      layer L {
        a = B(); c = D();
      }
      """,
      "2:10 statements end with the line, not with ';' [semicolon]",
      "hint: begin a new line",
      "2:19 statements end with the line, not with ';' [semicolon]",
      "hint: remove the ';'"),
  ]

  static let statements = [
    Case(
      """
      func f() {
        retrun x
      }
      """,
      "2:3 'retrun' begins nothing here [misspelt-keyword]",
      "hint: did you mean 'return'?"),
    Case(
      """
      func f() {
        let x = a and b
      }
      """,
      "2:13 expected the end of the line after a statement, found 'and' [expected-line-break]",
      "hint: did you mean '&&'?"),
    Case(
      """
      func f() {
        return
      }
      """,
      "2:9 expected a value, found the end of the line [expected-syntax]"),
    Case(
      """
      func f() {
        x += 1
      }
      """,
      "2:5 there is no operator '+=' [compound-assignment]",
      "hint: write 'x = x + …'"),
    Case(
      """
      func f() {
        x[0] = 1
      }
      """,
      "2:3 only names can be assigned [invalid-target]",
      "hint: tensors don't change: give the new value a name"),
    Case(
      """
      func f() {
        let a, b = c
      }
      """,
      "2:8 expected ':' or '=', found ',' [expected-syntax]",
      "hint: several names stand in parentheses: '(a, b)'"),
    Case(
      """
      func f() {
        for a, b in c {}
      }
      """,
      "2:8 expected 'in', found ',' [expected-syntax]",
      "hint: several names stand in parentheses: 'for (a, b) in …'"),
    Case(
      """
      func f() {
        for a of c {}
      }
      """,
      "2:9 expected 'in', found 'of' [expected-syntax]"),
    Case(
      """
      func f() {
        if a
          b
      }
      """,
      "2:7 expected '{', found the end of the line [expected-syntax]"),
    Case(
      """
      func f() {
        if a { b } elif c { d }
      }
      """,
      "2:14 expected the end of the line after a statement, found 'elif' [expected-line-break]",
      "hint: did you mean 'else if'?"),
    Case(
      """
      func f() {
        else { d }
      }
      """,
      "2:3 expected a statement, found the keyword 'else' [expected-statement]",
      "hint: 'else' follows the '}' of an 'if'"),
    Case(
      """
      func f() {
        { d }
      }
      """,
      "2:3 expected a statement, found '{' [expected-statement]",
      "hint: a block belongs to 'for', 'while', 'if' or 'scan'; a closure begins on the line of its call"),
    Case(
      """
      func f() {
        )
      }
      """,
      "2:3 expected a statement, found ')' [expected-statement]"),
    Case(
      """
      func f() {
        a + b)
      }
      """,
      "2:8 expected the end of the line after a statement, found ')' [expected-line-break]"),
    Case(
      "func f() {",
      "1:11 expected '}', found the end of the file [unclosed-bracket]"),
  ]

  static let expressions = [
    Case(
      "const a = f(1, 2",
      "1:17 expected ',' or ')', found the end of the file [unclosed-bracket]"),
    Case(
      "const a = f(1 2)",
      "1:15 expected ',' or ')', found '2' [unclosed-bracket]",
      "hint: put a comma between two elements"),
    Case(
      "const a = f(1,, 2)",
      "1:15 expected an expression, found ',' [expected-syntax]"),
    Case(
      "const a = f(axis=1)",
      "1:17 a label is followed by ':', not by '=' [label-with-assign]",
      "hint: write 'axis: …'"),
    Case(
      "const a = [1, 2)",
      "1:16 expected ',' or ']', found ')' [unclosed-bracket]"),
    Case(
      "const a = ()",
      "1:11 '()' has no value [empty-parentheses]",
      "hint: write 'nil' for no value"),
    Case(
      "const a = (1,)",
      "1:11 a tuple has at least two elements [short-tuple]",
      "hint: write the element without parentheses"),
    Case(
      "const a = x[]",
      "1:12 an index needs at least one entry [empty-index]",
      "hint: indices look like x[0], x[:, -1] or x[..., 0:n]"),
    Case(
      "const a = x.",
      "1:13 expected the name of a member, found the end of the file [expected-syntax]"),
    Case(
      "const a = .5",
      "1:11 expected an expression, found '.' [expected-syntax]",
      "hint: did you mean '0.5'?"),
    Case(
      "const a = _",
      "1:11 '_' has no value [wildcard-value]",
      "hint: '_' stands where a name is not needed"),
    Case(
      "const a = 1 +",
      "1:14 expected an expression, found the end of the file [expected-syntax]"),
    Case(
      "const a = 1 < b < 3",
      "1:17 comparisons can't be chained [chained-comparison]",
      "hint: join two comparisons with '&&': 'a < b && b < c'"),
    Case(
      "const a = 0..<1..<2",
      "1:16 a range has two ends, not three [chained-range]"),
    Case(
      "const a = b ? c",
      "1:16 expected ':', found the end of the file [expected-syntax]"),
    Case(
      "const a = if b { c } else { d }",
      "1:11 expected an expression, found the keyword 'if' [expected-syntax]",
      "hint: choose between values with 'condition ? a : b'"),
    Case(
      "const a = { b }",
      "1:11 expected an expression, found '{' [expected-syntax]",
      "hint: a closure follows the function it is for: 'f { … }'"),
    Case(
      "const a = [x for x xs]",
      "1:20 expected 'in', found 'xs' [expected-syntax]"),
    Case(
      "const a = [x, y for x in xs]",
      "1:11 a list has either elements or one comprehension [long-comprehension]",
      "hint: write '[(a, b) for …]' for a list of tuples, and join two lists with '+'"),
    Case(
      "const a = scan x in xs, 1 { }",
      "1:25 expected an option such as 'axis: 0', found '1' [expected-syntax]"),
  ]
}
