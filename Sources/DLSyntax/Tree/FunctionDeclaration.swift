/// `func name(parameters) -> Result { … }`: a free function, or a function of a layer.
public struct FunctionDeclaration: Sendable {
  /// The text of the `///` lines before the declaration, without the slashes.
  public let documentation: String?
  public let name: Identifier
  public let parameters: [Parameter]
  /// The declared result; nil where it is left to inference.
  public let result: TypeExpression?
  public let body: Block
  /// The whole declaration.
  public let range: SourceRange
}

/// A parameter of a function or a hyperparameter of a layer: `name: Type = default`.
public struct Parameter: Sendable {
  public let name: Identifier
  public let type: TypeExpression
  public let defaultValue: Expression?
  public let range: SourceRange
}

/// Statements in braces.
public struct Block: Sendable {
  public let statements: [Statement]
  /// The range with its braces.
  public let range: SourceRange
}
