/// `layer Name(hyperparameters) { members }`, or a `model`: a layer whose functions are entry points.
public struct LayerDeclaration: Sendable {
  public enum Kind: String, Sendable { case layer, model }

  public let documentation: String?
  public let kind: Kind
  public let name: Identifier
  /// The hyperparameters; empty when the parentheses are left out.
  public let parameters: [Parameter]
  /// The members in the order of the source.
  public let members: [Member]
  public let range: SourceRange
}

/// What stands in the braces of a layer or model.
public enum Member: Sendable {
  /// `param weight: f32[out, in]`, `buffer …`, `state …`
  case tensor(TensorMember)
  /// `name = Layer(…)` or a list of layers
  case sublayer(SublayerMember)
  /// `dim T in 1...context`
  case dimension(DimensionMember)
  /// `let n = width / heads`
  case constant(BindingStatement)
  case function(FunctionDeclaration)

  public var range: SourceRange {
    switch self {
    case .tensor(let member): member.range
    case .sublayer(let member): member.range
    case .dimension(let member): member.range
    case .constant(let member): member.range
    case .function(let member): member.range
    }
  }
}

/// A tensor that belongs to a layer: `param bias: f32[out] if bias`.
public struct TensorMember: Sendable {
  public enum Kind: String, Sendable {
    /// Trained, and read from the weight file.
    case parameter = "param"
    /// Not trained, and read from the weight file.
    case buffer
    /// Kept by the caller between calls.
    case state
  }

  public let documentation: String?
  public let kind: Kind
  public let name: Identifier
  public let type: TypeExpression
  /// The compile-time condition under which the member exists; nil: always.
  public let condition: Expression?
  public let range: SourceRange
}

/// A layer, or list of layers, inside a layer: `name = Layer(arguments) if condition`.
public struct SublayerMember: Sendable {
  public let documentation: String?
  public let name: Identifier
  public let value: Expression
  /// The compile-time condition under which the member exists; nil: always.
  public let condition: Expression?
  public let range: SourceRange
}

/// `dim T in lower...upper`: bounds of a symbolic dimension.
public struct DimensionMember: Sendable {
  public let documentation: String?
  public let name: Identifier
  public let bounds: RangeExpression
  public let range: SourceRange
}
