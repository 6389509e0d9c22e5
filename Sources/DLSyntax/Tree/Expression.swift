/// An expression. Parentheses leave no node behind: the tree already says what they said.
///
/// The parser bounds the height of every expression, so recursion over one is safe.
public indirect enum Expression: Sendable {
  case name(Identifier)
  /// `42`, `0xff`; never negative
  case integer(Int, SourceRange)
  /// `1.5`, `1e-5`; never negative
  case float(Double, SourceRange)
  case boolean(Bool, SourceRange)
  case string(String, SourceRange)
  case null(SourceRange)
  /// `[a, b, c]`
  case list([Expression], SourceRange)
  case comprehension(ComprehensionExpression)
  /// `(a, b)`, at least two elements
  case tuple([Expression], SourceRange)
  case range(RangeExpression)
  case unary(UnaryExpression)
  case binary(BinaryExpression)
  /// `condition ? a : b`
  case conditional(ConditionalExpression)
  case call(CallExpression)
  /// `x[…]`
  case index(IndexExpression)
  /// `base.name`
  case member(MemberExpression)
  /// `base.0`
  case element(ElementExpression)
  /// `$0`
  case closureParameter(Int, SourceRange)
  case scan(ScanExpression)

  /// Where the expression stands, without parentheses around it.
  public var range: SourceRange {
    switch self {
    case .name(let identifier): identifier.range
    case .integer(_, let range), .float(_, let range), .boolean(_, let range), .string(_, let range),
      .null(let range), .list(_, let range), .tuple(_, let range), .closureParameter(_, let range):
      range
    case .comprehension(let expression): expression.range
    case .range(let expression): expression.range
    case .unary(let expression): expression.range
    case .binary(let expression): expression.range
    case .conditional(let expression): expression.range
    case .call(let expression): expression.range
    case .index(let expression): expression.range
    case .member(let expression): expression.range
    case .element(let expression): expression.range
    case .scan(let expression): expression.range
    }
  }
}
