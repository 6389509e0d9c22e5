import DLGraph
import DLSyntax

/// What can be wrong with a recipe.
extension Diagnostic {
  static func unknownRecipe(_ name: String, candidates: [String], in file: SourceFile) -> Diagnostic {
    Diagnostic(
      .error, "unknown-recipe", "the file declares no recipe '\(name)'", at: file.range.startPoint,
      hint: Spelling.hint(for: name, in: candidates)
        ?? (candidates.isEmpty ? nil : "it declares \(candidates.joined(separator: ", "))"))
  }

  static func unknownRecipeModel(_ name: Identifier, candidates: Set<String>) -> Diagnostic {
    Diagnostic(
      .error, "unknown-recipe", "the file declares no model '\(name.name)'", at: name.range,
      hint: Spelling.hint(for: name.name, in: candidates.sorted()))
  }

  static func recipeWithoutValue(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "recipe-without-value", "'\(name.name)' is a recipe, which has no value", at: name.range)
  }

  static func openFixedValue(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "compile-time-only", "the value of a dimension must be known at compile time", at: range)
  }

  // MARK: Patterns

  static func invalidPattern(_ pattern: SourceText) -> Diagnostic {
    Diagnostic(
      .error, "invalid-pattern", "the braces of the pattern \"\(pattern.text)\" don't match",
      at: pattern.range,
      hint: "patterns look like \"encoder.*.weight\" or \"h.*.{attn,mlp}\"")
  }

  /// A pattern that matches no parameter, with those that come near.
  static func patternWithoutMatch(
    _ pattern: SourceText, alternative: String, parameters: [String]
  ) -> Diagnostic {
    let spelt = alternative == pattern.text ? "\"\(alternative)\"" : "\"\(alternative)\" of the pattern"
    let misses = nearMisses(alternative, parameters)
    return Diagnostic(
      .error, "pattern-without-match", "\(spelt) matches no parameter and no layer", at: pattern.range,
      notes: parameters.isEmpty ? ["the model has no parameters"] : [],
      hint: misses.isEmpty ? nil : "near are \(misses.map { "\"\($0)\"" }.joined(separator: ", "))")
  }

  /// Paths of parameters and layers that resemble a pattern; where it begins right, those that go on from there.
  private static func nearMisses(_ pattern: String, _ parameters: [String]) -> [String] {
    var paths: Set<String> = []
    for parameter in parameters {
      let parts = parameter.split(separator: ".").map(String.init)
      for count in 1...max(parts.count, 1) {
        let path = parts.prefix(count)
        paths.insert(path.joined(separator: "."))
        // Where the pattern has a star for a number, so has the path.
        paths.insert(path.map { Int($0) == nil ? $0 : "*" }.joined(separator: "."))
      }
    }
    if let nearest = Spelling.nearest(to: pattern, in: paths) { return [nearest] }
    var parts = pattern.split(separator: ".").map(String.init)
    while parts.popLast() != nil, !parts.isEmpty {
      let beginning = parts.joined(separator: ".")
      let found = parameters.filter { PathPattern.matches(beginning, $0) }
      if !found.isEmpty { return Array(found.prefix(4)) }
    }
    return Array(parameters.prefix(4))
  }

  // MARK: Statements

  static func unknownPrecision(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "unknown-precision", "parameters can't be stored as '\(name.name)'", at: name.range,
      hint: "the types are f32, f16 and bf16; 'quantize' makes integers")
  }

  static func unknownQuantization(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "unknown-quantization", "parameters can't be quantized to '\(name.name)'", at: name.range,
      hint: "the types are i8 and i4")
  }

  static func invalidGroup(_ count: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-group", "a group of \(count) weights can't share a scale", at: range,
      hint: "groups have an even number of weights up to 4096, for instance 32")
  }

  static func invalidBlock(_ size: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-block", "a block can't have \(size) rows and columns", at: range,
      hint: "blocks have 1 to 256 rows and columns")
  }

  static func invalidShare(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-share", "'\(range.text)' is no share that can be pruned", at: range,
      hint: "shares look like 50% (1% to 99%) or 2:4 (two of four stay, up to 32)")
  }

  static func optionOfRemoval(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "option-of-removal", "'\(range.text)' says how channels or heads are removed", at: range,
      hint: "write 'channels' or 'heads' before it")
  }

  static func invalidMultiple(_ count: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-multiple", "what remains can't be a multiple of \(count)", at: range,
      hint: "one number from 1 to 1024, for instance 8")
  }

  static func contradictoryOptions(_ range: SourceRange) -> Diagnostic {
    Diagnostic(.error, "contradictory-options", "these options exclude each other", at: range)
  }
}
