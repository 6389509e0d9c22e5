import DLGraph
import DLSyntax

extension Diagnostic {
  static func noModel(in file: SourceFile) -> Diagnostic {
    Diagnostic(
      .error, "no-model", "the file declares no model", at: file.range.startPoint,
      hint: "declare one: 'model Name { … }'")
  }

  static func severalModels(_ names: [Identifier]) -> Diagnostic {
    let list = names.map(\.name).joined(separator: ", ")
    return Diagnostic(
      .error, "several-models", "the file declares several models: \(list)", at: names[0].range,
      secondary: names.dropFirst().map { Label($0.range, "another one") }, hint: "say which one to compile")
  }

  static func unknownModel(_ name: String, candidates: [String], in file: SourceFile) -> Diagnostic {
    Diagnostic(
      .error, "no-model", "the file declares no model '\(name)'", at: file.range.startPoint,
      hint: Spelling.hint(for: name, in: candidates))
  }

  static func modelWithoutFunctions(_ model: LayerDeclaration) -> Diagnostic {
    Diagnostic(
      .error, "model-without-functions",
      "the model \(model.name.name) has no function, so nothing can be called",
      at: model.name.range)
  }

  static func unknownHyperparameter(_ name: String, of model: LayerDeclaration) -> Diagnostic {
    let names = model.parameters.map(\.name.name)
    return Diagnostic(
      .error, "unknown-hyperparameter", "the model \(model.name.name) has no hyperparameter '\(name)'",
      at: model.name.range,
      hint: Spelling.hint(for: name, in: names))
  }

  static func unknownSymbol(
    _ name: String, candidates: Set<String>, of model: LayerDeclaration, at range: SourceRange? = nil
  ) -> Diagnostic {
    Diagnostic(
      .error, "unknown-dimension", "the model \(model.name.name) has no open dimension '\(name)' to fix",
      at: range ?? model.name.range, hint: Spelling.hint(for: name, in: candidates))
  }

  static func missingHyperparameter(_ parameter: DLSyntax.Parameter, of model: LayerDeclaration) -> Diagnostic
  {
    Diagnostic(
      .error, "missing-hyperparameter",
      "the hyperparameter '\(parameter.name.name)' of \(model.name.name) has no value",
      at: parameter.range, hint: "give it a default, or a value when compiling")
  }

  static func entryParameterNotTensor(_ parameter: DLSyntax.Parameter) -> Diagnostic {
    Diagnostic(
      .error, "entry-parameter",
      "'\(parameter.name.name)' must be a tensor: the function is an entry point of the model",
      at: parameter.type.range,
      hint: "give it a default, or name the function '_…' to keep it inside the model")
  }

  static func entryWithoutResult(_ function: FunctionDeclaration) -> Diagnostic {
    Diagnostic(
      .error, "entry-result", "\(function.name.name) must return a tensor, or a tuple of tensors",
      at: function.name.range)
  }

  static func notALayer(_ name: Identifier, _ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-a-layer",
      "the member '\(name.name)' must be a layer or a list of layers, found \(value.kind)", at: range,
      hint: "declare a value with 'let'")
  }

  static func memberTypeNotTensor(_ member: TensorMember) -> Diagnostic {
    Diagnostic(
      .error, "wrong-type", "'\(member.name.name)' must have a tensor type such as f32[10]",
      at: member.type.range)
  }

  static func dimensionInLayer(_ dimension: DimensionMember) -> Diagnostic {
    Diagnostic(
      .error, "dimension-in-layer",
      "the bounds of '\(dimension.name.name)' are declared in the model, not in a layer",
      at: dimension.range)
  }

  static func emptyDimension(_ dimension: DimensionMember, lower: Int, upper: Int) -> Diagnostic {
    Diagnostic(
      .error, "empty-dimension", "no extent lies between \(lower) and \(upper)", at: dimension.bounds.range)
  }

  static func fixedOutOfBounds(_ dimension: DimensionMember, value: Int) -> Diagnostic {
    Diagnostic(
      .error, "fixed-out-of-bounds", "'\(dimension.name.name)' is fixed to \(value), outside its bounds",
      at: dimension.bounds.range)
  }

  static func conflictingParameter(
    _ path: String, _ a: TensorType, _ b: TensorType, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "conflicting-parameter", "the parameter \(path) is \(a), and here \(b)", at: range)
  }

  static func parameterOutsideLayer(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "parameter-outside-layer", "a parameter belongs to a layer: this is a free function", at: range)
  }

  static func wrongStateType(
    _ path: String, declared: TensorType, found: TensorType, at range: SourceRange, member: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "shape-mismatch", "the state \(path) is \(declared), found \(found)", at: range,
      secondary: [Label(member, "declared here")])
  }
}
