import DLGraph
import DLSyntax

extension Diagnostic {
  static func assignmentToConstant(_ name: Identifier, declared: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "assignment-to-constant", "'\(name.name)' can't be assigned: it is not a variable",
      at: name.range,
      secondary: [Label(declared, "declared here")], hint: "declare it with 'var'")
  }

  static func assignmentInClosure(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "assignment-in-closure",
      "a closure can't assign '\(name.name)', which is declared outside of it", at: name.range,
      hint: "use a 'for' loop")
  }

  static func assignmentToMember(_ name: Identifier, of instance: LayerInstance) -> Diagnostic {
    Diagnostic(
      .error, "assignment-to-constant",
      "'\(name.name)' can't be assigned: only states of \(instance.declaration.name.name) can change",
      at: name.range,
      hint: "declare it with 'state'")
  }

  static func notATuple(_ value: Value, count: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-tuple", "can't take \(value.kind) apart into \(count) values", at: range)
  }

  static func wrongTupleCount(_ count: Int, expected: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-tuple", "can't take \(count) values apart into \(expected)", at: range)
  }

  static func unusedValue(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "unused-value", "the value of this expression is not used", at: range)
  }

  static func returnInLoop(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "return-in-loop", "'return' can't leave a loop of run time", at: range,
      hint: "assign a variable, and return it after the loop")
  }

  static func yieldOutsideScan(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "yield-outside-scan", "'yield' has a meaning only in the body of a scan", at: range)
  }

  static func secondYield(at range: SourceRange, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "second-yield", "a step of a scan can yield only once", at: range,
      secondary: [Label(first, "first yield")],
      hint: "yield a tuple")
  }

  static func unknownScanOption(_ option: Argument) -> Diagnostic {
    Diagnostic(
      .error, "unknown-label", "scan has no option '\(option.label?.name ?? "without a name")'",
      at: option.range,
      hint: option.label.flatMap { Spelling.hint(for: $0.name, in: ["axis", "reverse"]) }
        ?? "options are axis: and reverse:")
  }

  static func notScannable(_ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-scannable", "can't scan \(value.kind): it takes a tensor, a tuple of tensors, or a range",
      at: range)
  }

  static func unequalSequences(
    _ a: TensorType, _ b: TensorType, axis: Int, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes", "can't scan \(a) and \(b) together", at: range,
      notes: ["axis \(axis) is \(a.shape[axis]) and \(b.shape[axis])"])
  }

  static func whileConditionType(_ type: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "while-condition", "the condition of 'while' must be bool[], found \(type)", at: range)
  }

  static func constantWhile(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "while-condition", "the condition of 'while' is known at compile time", at: range,
      hint: "'while' loops at run time, over a tensor bool[]: use 'for' at compile time")
  }

  static func notCarried(_ name: String, _ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "loop-variable", "a loop of run time can't change '\(name)', which is \(value.kind)", at: range,
      hint: "it can change tensors, numbers, and tuples of these")
  }

  static func carryChangesType(
    _ name: String, from old: TensorType, to new: TensorType, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "loop-variable", "a step of the loop changes '\(name)' from \(old) to \(new)", at: range,
      hint: old.shape == new.shape
        ? "begin with a tensor of that type: \(new.elementType)(…)"
        : "the type must stay the same from step to step")
  }

  static func carryChangesKind(_ name: String, from old: Value, to new: Value, at range: SourceRange)
    -> Diagnostic
  {
    Diagnostic(
      .error, "loop-variable", "a step of the loop changes '\(name)' from \(old.kind) to \(new.kind)",
      at: range)
  }
}
