import DLSyntax

extension Diagnostic {
  static func notCallable(_ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-callable", "\(value.kind) can't be called", at: range)
  }

  static func layerWithoutForward(_ instance: LayerInstance, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-callable",
      "the layer \(instance.declaration.name.name) can't be called: it has no function 'forward'",
      at: range)
  }

  static func extraArgument(_ callee: String, accepts names: [String], at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "extra-argument", "\(callee) takes \(names.count) argument\(names.count == 1 ? "" : "s")",
      at: range,
      notes: names.isEmpty ? [] : ["the arguments are \(names.joined(separator: ", "))"])
  }

  static func unknownLabel(_ label: Identifier, of callee: String, accepts names: [String]) -> Diagnostic {
    let hint = Spelling.hint(for: label.name, in: names)
    return Diagnostic(
      .error, "unknown-label", "\(callee) has no argument '\(label.name)'", at: label.range,
      notes: hint == nil ? ["the arguments are \(names.joined(separator: ", "))"] : [], hint: hint)
  }

  static func repeatedArgument(_ label: Identifier, of callee: String) -> Diagnostic {
    Diagnostic(
      .error, "repeated-argument", "the argument '\(label.name)' of \(callee) is given twice", at: label.range
    )
  }

  static func missingArguments(_ names: [String], of callee: String, at range: SourceRange) -> Diagnostic {
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    return Diagnostic(
      .error, "missing-argument", "\(callee) needs the argument\(names.count == 1 ? "" : "s") \(list)",
      at: range)
  }

  static func closureParameterCount(_ count: Int, given: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "closure-parameter", "the closure takes \(count) arguments but is called with \(given)",
      at: range)
  }

  static func closureWithoutValue(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "closure-without-value", "the closure must end with an expression: its value", at: range)
  }

  static func functionWithoutReturn(_ function: FunctionDeclaration) -> Diagnostic {
    Diagnostic(
      .error, "missing-return", "\(function.name.name) must end with 'return'", at: function.name.range)
  }

  static func recursion(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "recursion", "calls are nested more than \(Budget.maximumDepth) deep", at: range,
      notes: ["the innermost one is \(name): does it call itself without an end?"])
  }

  static func tooDeep(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "recursion", "the computation is nested too deeply", at: range)
  }

  static func tooManyIterations(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "too-many-iterations", "more than \(Budget.maximumIterations) steps of loops at compile time",
      at: range,
      hint: "loop at run time with 'scan' or 'while'")
  }

  static func tooManyNodes(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "too-many-nodes", "the model has more than \(Budget.maximumNodes) operations", at: range,
      hint: "loop at run time with 'scan' or 'while'")
  }
}
