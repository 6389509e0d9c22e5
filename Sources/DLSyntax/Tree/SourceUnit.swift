/// A parsed source file. What could not be parsed is left out; the diagnostics beside it say what and why.
public struct SourceUnit: Sendable {
  public let file: SourceFile
  public let declarations: [Declaration]
}

/// A name where it stands in the source.
public struct Identifier: Sendable {
  public let name: String
  public let range: SourceRange
}

/// What stands at the top level of a file.
public enum Declaration: Sendable {
  /// `import nn`
  case importing(ImportDeclaration)
  /// `const epsilon = 1e-5`
  case constant(ConstantDeclaration)
  /// `func relu(x: any[...]) -> any[...] { … }`
  case function(FunctionDeclaration)
  /// `layer Linear(…) { … }` or `model Classifier(…) { … }`
  case layer(LayerDeclaration)
  /// `recipe edge for Classifier { … }`
  case recipe(RecipeDeclaration)

  public var range: SourceRange {
    switch self {
    case .importing(let declaration): declaration.range
    case .constant(let declaration): declaration.range
    case .function(let declaration): declaration.range
    case .layer(let declaration): declaration.range
    case .recipe(let declaration): declaration.range
    }
  }

  /// The declared name; for an import the last part of its path, by which the file speaks of it.
  public var name: Identifier {
    switch self {
    case .importing(let declaration): declaration.name
    case .constant(let declaration): declaration.name
    case .function(let declaration): declaration.name
    case .layer(let declaration): declaration.name
    case .recipe(let declaration): declaration.name
    }
  }
}

/// `import nn` or `import vision.blocks`.
public struct ImportDeclaration: Sendable {
  /// The parts of the path, at least one.
  public let path: [Identifier]
  /// The last part of the path.
  public let name: Identifier
  public let range: SourceRange
}

/// `const name: Type = value`: a compile-time constant at the top level of a file.
public struct ConstantDeclaration: Sendable {
  public let documentation: String?
  public let name: Identifier
  public let type: TypeExpression?
  public let value: Expression
  public let range: SourceRange
}
