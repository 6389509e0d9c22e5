/// What can be wrong with the order of the tokens.
extension Diagnostic {
  static let tupleHint = "several names stand in parentheses: '(a, b)'"

  static func expected(
    _ expected: String, found: String, at range: SourceRange, hint: String?, fixIt: FixIt?
  ) -> Diagnostic {
    Diagnostic(
      .error, "expected-syntax", "expected \(expected), found \(found)", at: range, hint: hint, fixIt: fixIt)
  }

  static func expectedDeclaration(_ found: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "expected-declaration", "expected a declaration, found \(found)", at: range,
      hint: found == "'}'"
        ? "this bracket closes nothing: remove it"
        : "at the top level stand 'import', 'const', 'func', 'layer', 'model' and 'recipe'")
  }

  static func expectedMember(_ found: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "expected-member", "expected a member, found \(found)", at: range,
      hint: "members are 'name = Layer(…)', 'param', 'buffer', 'state', 'dim', 'let' and 'func'")
  }

  static func expectedStatement(_ found: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(.error, "expected-statement", "expected a statement, found \(found)", at: range)
  }

  static func misspelt(_ range: SourceRange, meant: String) -> Diagnostic {
    Diagnostic(
      .error, "misspelt-keyword", "'\(range.text)' begins nothing here", at: range,
      hint: "did you mean '\(meant)'?",
      fixIt: FixIt(range, replacement: meant))
  }

  static func nestedTooDeeply(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "nesting-too-deep", "this is nested more than \(Parser.maximumNesting) levels deep", at: range,
      hint: "give a name to a part of it with 'let'")
  }

  // MARK: Brackets

  static func unclosed(
    opening: SourceRange, closer: Symbol, found: String, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "unclosed-bracket", "expected '\(closer.rawValue)', found \(found)", at: range,
      secondary: [Label(opening, "opened here")])
  }

  static func unfinishedList(
    found: String, at range: SourceRange, closer: Symbol, opening: SourceRange, missingComma: SourceRange?
  ) -> Diagnostic {
    Diagnostic(
      .error, "unclosed-bracket", "expected ',' or '\(closer.rawValue)', found \(found)", at: range,
      secondary: [Label(opening, "opened here")],
      hint: missingComma == nil ? nil : "put a comma between two elements",
      fixIt: missingComma.map { FixIt($0, replacement: ",") })
  }

  static func emptyParentheses(_ range: SourceRange) -> Diagnostic {
    Diagnostic(.error, "empty-parentheses", "'()' has no value", at: range, hint: "write 'nil' for no value")
  }

  static func emptyIndex(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "empty-index", "an index needs at least one entry", at: range,
      hint: "indices look like x[0], x[:, -1] or x[..., 0:n]")
  }

  static func shortTuple(_ range: SourceRange, isType: Bool) -> Diagnostic {
    Diagnostic(
      .error, "short-tuple", "a tuple has at least two elements", at: range,
      hint: "write the \(isType ? "type" : "element") without parentheses")
  }

  static func strayBrace(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "expected-statement", "expected a statement, found '{'", at: range,
      hint: "a block belongs to 'for', 'while', 'if' or 'scan'; a closure begins on the line of its call")
  }

  static func strayElse(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "expected-statement", "expected a statement, found the keyword 'else'", at: range,
      hint: "'else' follows the '}' of an 'if'")
  }

  // MARK: Lines

  static func semicolon(_ range: SourceRange, isNeedless: Bool) -> Diagnostic {
    Diagnostic(
      .error, "semicolon", "statements end with the line, not with ';'", at: range,
      hint: isNeedless ? "remove the ';'" : "begin a new line",
      fixIt: FixIt(range, replacement: isNeedless ? "" : "\n"))
  }

  static func unfinishedLine(
    _ found: String, at range: SourceRange, word: String, after construct: String
  ) -> Diagnostic {
    let foreign = ["and": "&&", "or": "||", "elif": "else if"][word]
    return Diagnostic(
      .error, "expected-line-break", "expected the end of the line after \(construct), found \(found)",
      at: range,
      hint: foreign.map { "did you mean '\($0)'?" },
      fixIt: foreign.map { FixIt(range, replacement: $0) })
  }

  // MARK: Operators

  static func chainedComparison(
    _ range: SourceRange, _ first: BinaryExpression.Operator, _ second: BinaryExpression.Operator
  ) -> Diagnostic {
    Diagnostic(
      .error, "chained-comparison", "comparisons can't be chained", at: range,
      hint: "join two comparisons with '&&': 'a \(first.rawValue) b && b \(second.rawValue) c'")
  }

  static func chainedRange(_ range: SourceRange) -> Diagnostic {
    Diagnostic(.error, "chained-range", "a range has two ends, not three", at: range)
  }

  static func compoundAssignment(_ range: SourceRange, target: String, operation: String) -> Diagnostic {
    Diagnostic(
      .error, "compound-assignment", "there is no operator '\(range.text)'", at: range,
      hint: "write '\(target) = \(target) \(operation) …'")
  }

  static func invalidTarget(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-target", "only names can be assigned", at: range,
      hint: "tensors don't change: give the new value a name")
  }

  static func labelWithAssign(_ range: SourceRange, label: String) -> Diagnostic {
    Diagnostic(
      .error, "label-with-assign", "a label is followed by ':', not by '='", at: range,
      hint: "write '\(label): …'", fixIt: FixIt(range, replacement: ":"))
  }

  static func wildcardValue(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wildcard-value", "'_' has no value", at: range, hint: "'_' stands where a name is not needed")
  }

  // MARK: Members and types

  static func variableMember(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "variable-member", "a member can't change", at: range,
      hint: "write 'let' for a constant, or 'state' for a tensor kept between calls")
  }

  static func untypedMember(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "expected-member", "expected a member, found '\(range.text)'", at: range,
      hint: "a tensor is written 'param \(range.text): …'",
      fixIt: FixIt(range.startPoint, replacement: "param "))
  }

  static func dimensionWithoutRange(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "dimension-bounds", "the bounds of a dimension are a range", at: range,
      hint: "write for instance '1...\(range.text)'")
  }

  static func doubleOptional(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "double-optional", "the type is optional already", at: range, hint: "remove this '?'",
      fixIt: FixIt(range, replacement: ""))
  }

  static func longComprehension(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "long-comprehension", "a list has either elements or one comprehension", at: range,
      hint: "write '[(a, b) for …]' for a list of tuples, and join two lists with '+'")
  }
}
