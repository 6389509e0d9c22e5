import DLSyntax

extension Diagnostic {
  static func unknownName(_ name: Identifier, candidates: [String]) -> Diagnostic {
    Diagnostic(
      .error, "unknown-name", "nothing here is called '\(name.name)'", at: name.range,
      hint: foreignNames[name.name].map { "here it is called \($0)" }
        ?? Spelling.hint(for: name.name, in: candidates))
  }

  /// What PyTorch and NumPy call differently.
  private static let foreignNames = [
    "view": "reshape", "cat": "concat", "concatenate": "concat", "size": "shape", "ndim": "rank",
    "dim": "rank",
    "numel": "count", "dtype": "type", "to": "cast", "astype": "cast", "bmm": "'@'", "mm": "'@'",
    "dot": "'@'",
    "masked_fill": "where", "repeat_interleave": "repeat", "swapaxes": "transpose", "index_select": "take",
    "amax": "max", "amin": "min", "True": "true", "False": "false", "None": "nil",
    "float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16", "int64": "i64", "int32": "i32",
    "int8": "i8", "uint8": "u8",
  ]

  static func unknownMember(_ name: Identifier, of instance: LayerInstance) -> Diagnostic {
    Diagnostic(
      .error, "unknown-member", "the layer \(instance.declaration.name.name) has no member '\(name.name)'",
      at: name.range,
      hint: Spelling.hint(for: name.name, in: instance.memberNames))
  }

  static func unknownMethod(_ name: Identifier, of value: Value, candidates: [String]) -> Diagnostic {
    Diagnostic(
      .error, "unknown-member", "\(value.kind) has no member '\(name.name)'", at: name.range,
      hint: foreignNames[name.name].map { "here it is called \($0)" }
        ?? Spelling.hint(for: name.name, in: candidates + ["shape", "rank", "count", "type", "T"]))
  }

  static func unknownExport(_ name: Identifier, of file: FileScope) -> Diagnostic {
    Diagnostic(
      .error, "unknown-member", "the module \(file.path) declares no '\(name.name)'", at: name.range,
      hint: Spelling.hint(for: name.name, in: file.exportedNames))
  }

  static func privateName(_ name: Identifier, of path: String) -> Diagnostic {
    Diagnostic(
      .error, "private-name", "'\(name.name)' is private to the module \(path)", at: name.range)
  }

  static func unknownImport(_ path: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "unknown-import", "there is no module '\(path)'", at: range,
      hint: Spelling.hint(
        for: path, in: StandardLibrary.paths.map { String($0.map { $0 == "/" ? "." : $0 }) })
        ?? "modules are the standard library and the .dl files beside this one")
  }

  static func redeclared(_ name: Identifier, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "redeclared", "'\(name.name)' is declared twice", at: name.range,
      secondary: [Label(first, "first declared here")])
  }

  static func cyclicConstant(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "cyclic-constant", "the constant '\(name.name)' needs its own value", at: name.range)
  }

  static func unknownType(_ name: Identifier) -> Diagnostic {
    let known = [
      "Int", "Ints", "Float", "Bool", "String", "Tensor", "Layer", "Function", "ElementType", "Any",
    ]
    return Diagnostic(
      .error, "unknown-type", "there is no type '\(name.name)'", at: name.range,
      hint: Spelling.hint(for: name.name, in: known)
        ?? "types are \(known.joined(separator: ", ")), layers, and tensors such as f32[B, 10]")
  }

  static func unknownElementType(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "unknown-element-type", "there is no element type '\(name.name)'", at: name.range,
      hint:
        "element types are f64, f32, f16, bf16, i64, i32, i16, i8, u8, bool, and the classes float, int, any")
  }

  static func unknownChoice(_ name: String, choices: [String], at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "unknown-choice", "there is no choice \"\(name)\"", at: range,
      hint: "choose one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))")
  }

  static func userError(_ message: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "refused", message, at: range)
  }
}
