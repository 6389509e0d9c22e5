/// A type as it is written.
public indirect enum TypeExpression: Sendable {
  /// `Int`, `Float`, `Bool`, `String`, `Tensor`
  case named(Identifier)
  /// `f32[B, T, width]`, `float[..., n]`, `bool[]`
  case tensor(TensorTypeExpression)
  /// `Int?`
  case optional(TypeExpression, SourceRange)
  /// `[Int]`
  case list(TypeExpression, SourceRange)
  /// `(Int, Int)`, at least two elements
  case tuple([TypeExpression], SourceRange)

  public var range: SourceRange {
    switch self {
    case .named(let identifier): identifier.range
    case .tensor(let tensor): tensor.range
    case .optional(_, let range), .list(_, let range), .tuple(_, let range): range
    }
  }
}

/// An element type, or a class of element types, with a shape.
public struct TensorTypeExpression: Sendable {
  /// `f32`, `float`, `int`, `any`, …: the parser doesn't judge it.
  public let element: Identifier
  public let dimensions: [DimensionExpression]
  public let range: SourceRange
}

/// One entry of a shape.
public enum DimensionExpression: Sendable {
  case expression(Expression)
  /// `...`: any number of leading dimensions
  case ellipsis(SourceRange)

  public var range: SourceRange {
    switch self {
    case .expression(let expression): expression.range
    case .ellipsis(let range): range
    }
  }
}
