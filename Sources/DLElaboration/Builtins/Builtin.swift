import DLSyntax

/// A function that the language provides: one that can't be written in it.
public struct Builtin: Sendable {
  public let name: String
  /// The parameters as they are documented: `x, axis: nil, keepdims: false`; `shape...` takes all further positions.
  public let signature: String
  /// One sentence: what it returns.
  public let summary: String

  let parameters: [ParameterSlot]
  let restName: String?
  let body: @Sendable (BuiltinCall) throws -> Value

  init(
    _ name: String, _ signature: String, _ summary: String,
    _ body: @escaping @Sendable (BuiltinCall) throws -> Value
  ) {
    self.name = name
    self.signature = signature
    self.summary = summary
    self.body = body
    var parameters: [ParameterSlot] = []
    var restName: String?
    for part in signature.split(separator: ",") {
      let word = part.drop { $0 == " " }
      let parameter = String(word.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      if word.hasSuffix("...") { restName = parameter }
      parameters.append(ParameterSlot(name: parameter, hasDefault: word.contains(":")))
    }
    self.parameters = parameters
    self.restName = restName
  }

  /// All built-in functions, family by family: what the documentation lists.
  public static let families: [(title: String, functions: [Builtin])] = [
    ("Element-wise functions", elementwise), ("Reductions", reductions), ("Shapes", shapes),
    ("New tensors", creation),
    ("Indexing", indexing), ("Products and windows", products), ("Order", ordering),
    ("Compile time", compileTime),
  ]

  /// The built-in functions by name.
  static let table: [String: Builtin] = Dictionary(
    families.flatMap(\.functions).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Elaborator {
  /// The result of calling a built-in function.
  func call(_ builtin: Builtin, _ arguments: [ArgumentValue], at range: SourceRange) throws -> Value {
    let matched = try match(
      arguments, to: builtin.parameters, rest: builtin.restName, of: builtin.name, at: range)
    return try builtin.body(
      BuiltinCall(
        builtin: builtin, elaborator: self, range: range, arguments: matched.named, rest: matched.rest))
  }
}
