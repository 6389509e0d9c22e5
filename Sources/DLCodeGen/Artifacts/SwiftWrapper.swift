import DLGraph
import DLLoops

/// The Swift interface of a compiled model on top of `DLRuntime`: a type named after the model, with a method for each
/// entry point.
///
/// Names of the runtime are written with their module, so that a model may be called `Session` or `Tensor`.
struct SwiftWrapper {
  private let program: Program
  private var name: String { program.name }

  init(_ program: Program) { self.program = program }

  /// The name of the Clang module that makes the C header visible to Swift.
  var moduleName: String { "C\(name)" }

  /// The module map of that module, to stand in a folder of its name beside the header.
  var moduleMap: String {
    "module \(moduleName) {\n  header \"../\(name.lowercased()).h\"\n  export *\n}\n"
  }

  /// The Swift source.
  var text: String {
    """
    // The model \(name). Made by dlc.
    import DLRuntime

    #if canImport(\(moduleName))
      import \(moduleName)
    #endif

    /// Calls of the model `\(name)`, one after the other: sessions in several threads are several values.
    public struct \(escaped(name)) {
      /// The workspace and the states of the calls; its `prepare` makes calls that allocate nothing.
    \(stateDocumentation)  public let session: DLRuntime.Session

      /// The model in a shared library.
      ///
      /// - Parameters:
      ///   - weights: where the weights are; without it, in the library or in the `.dlw` file beside it.
      ///   - threads: how many threads share the work, the caller's included.
      public init(
        library path: String, weights: DLRuntime.Weights = .automatic, threads: Int = 1
      ) throws(DLRuntime.RuntimeError) {
        try self.init(DLRuntime.Model(path: path, name: "\(name)", weights: weights), threads: threads)
      }

    #if canImport(\(moduleName))
      /// The model that is linked into this program.
      ///
      /// - Parameters:
      ///   - weights: \(linkedWeights)
      ///   - threads: how many threads share the work, the caller's included.
      public init(
        weights: DLRuntime.Weights = .automatic, threads: Int = 1
      ) throws(DLRuntime.RuntimeError) {
        try self.init(DLRuntime.Model(linked: \(name)_model, weights: weights), threads: threads)
      }
    #endif

      /// Calls of a model that is already loaded; many sessions can share it.
      public init(_ model: DLRuntime.Model, threads: Int = 1) throws(DLRuntime.RuntimeError) {
    \(checks)
        session = DLRuntime.Session(model, pool: threads > 1 ? try DLRuntime.ThreadPool(threads: threads) : nil)
      }

    \(program.functions.map(method).joined(separator: "\n\n"))
    }

    """
  }

  // MARK: Parts

  private var hasWeightFile: Bool { program.weights.byteCount > 0 }

  private var linkedWeights: String {
    hasWeightFile
      ? "the `.dlw` file of the model; `.automatic` where they are in the code (`--embed-weights`)."
      : "the model has none."
  }

  private var stateDocumentation: String {
    if program.states.isEmpty { return "" }
    let lines = program.states.map { "  /// - `session.state[\"\($0.name)\"]`: \($0.type)\n" }
    return "  ///\n  /// What the model keeps between calls (`session.reset()` makes it zero):\n"
      + lines.joined()
  }

  /// A library of an older or newer source is refused before a call relies on it.
  private var checks: String {
    program.functions.map { function in
      let inputs = function.inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
      let outputs = function.outputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
      return "    try model.require(\"\(function.name)\", inputs: [\(inputs)], outputs: [\(outputs)])"
    }.joined(separator: "\n")
  }

  private func method(_ function: ProgramFunction) -> String {
    let dimensions = demandedSymbols(function)
    let taken = Set(function.inputs.map(\.name))
    func parameterName(_ symbol: Symbol) -> String {
      taken.contains(symbol.name) ? "dimension_\(symbol.name)" : symbol.name
    }
    let parameters =
      function.inputs.map { "\(label($0.name)): DLRuntime.Tensor" }
      + dimensions.map { "\(label(parameterName($0))): Int" }
    let inputs = function.inputs.map { escaped($0.name) }.joined(separator: ", ")
    let symbols = dimensions.map { "\"\($0.name)\": \(escaped(parameterName($0)))" }.joined(separator: ", ")
    let call =
      "try self.session.run(\"\(function.name)\", inOrder: [\(inputs)]"
      + (dimensions.isEmpty ? ")" : ", symbols: [\(symbols)])")
    return
      (documentation(function) + [
        "  public func \(escaped(function.name))(",
        "    \(parameters.joined(separator: ", "))",
        "  ) throws(DLRuntime.RuntimeError) -> \(resultType(function)) {",
        body(function, call),
        "  }",
      ]).joined(separator: "\n")
  }

  private func documentation(_ function: ProgramFunction) -> [String] {
    var lines = ["  /// Computes the outputs of `\(function.name)`:", "  ///"]
    lines += function.inputs.map { "  /// - input `\($0.name)`: \($0.type)" }
    lines += function.outputs.map { "  /// - output `\($0.name)`: \($0.type)" }
    for symbol in function.symbols {
      let bound = symbol.upper?.upperBound.map { "...\($0)" } ?? "..."
      lines.append("  /// - dimension `\(symbol.name)` in \(symbol.lower)\(bound)")
    }
    return lines
  }

  private func resultType(_ function: ProgramFunction) -> String {
    switch function.outputs.count {
    case 0: return "Void"
    case 1: return "DLRuntime.Tensor"
    default:
      return "(\(function.outputs.map { "\(label($0.name)): DLRuntime.Tensor" }.joined(separator: ", ")))"
    }
  }

  private func body(_ function: ProgramFunction, _ call: String) -> String {
    switch function.outputs.count {
    case 0: return "    _ = \(call)"
    case 1: return "    return \(call)[0]"
    default:
      var local = "results"
      while function.inputs.contains(where: { $0.name == local }) { local += "_" }
      let parts = function.outputs.indices.map { "\(local)[\($0)]" }.joined(separator: ", ")
      return "    let \(local) = \(call)\n    return (\(parts))"
    }
  }

  /// The open dimensions that are not an extent of an input, so that a caller has to say them.
  private func demandedSymbols(_ function: ProgramFunction) -> [Symbol] {
    let known = Set(function.inputs.flatMap(\.type.shape).compactMap(\.symbol))
    return function.symbols.filter { !known.contains($0) }
  }

  private func escaped(_ name: String) -> String { Self.reservedWords.contains(name) ? "`\(name)`" : name }

  /// A name as the label of an argument or of a part of a tuple, where few words are reserved.
  private func label(_ name: String) -> String {
    ["inout", "let", "var"].contains(name) ? "`\(name)`" : name
  }

  private static let reservedWords: Set<String> = [
    "Any", "Self", "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
    "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func",
    "guard",
    "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup",
    "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript",
    "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
  ]
}
