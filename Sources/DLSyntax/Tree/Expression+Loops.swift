/// `[element for pattern in sequence if condition]`, evaluated at compile time.
public struct ComprehensionExpression: Sendable {
  public let element: Expression
  public let pattern: Pattern
  public let sequence: Expression
  public let condition: Expression?
  public let range: SourceRange
}

/// `scan pattern in sequence, axis: 0, reverse: false { … }`: a loop over an axis at run time.
///
/// The outer variables that the body assigns are carried from step to step; what it yields is stacked along the axis.
public struct ScanExpression: Sendable {
  public let pattern: Pattern
  /// The tensor, or tuple of tensors, that is walked.
  public let sequence: Expression
  /// The options after the sequence, each with a label: `axis:`, `reverse:`.
  public let options: [Argument]
  public let body: Block
  public let range: SourceRange
}
