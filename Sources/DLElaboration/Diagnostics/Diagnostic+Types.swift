import DLGraph
import DLSyntax

extension Diagnostic {
  static func expectedKind(_ kind: String, found value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-kind", "expected \(kind), found \(value.kind)", at: range)
  }

  static func expectedTensor(_ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-kind", "expected a tensor, found \(value.kind)", at: range)
  }

  static func wrongType(
    _ subject: String, expected: String, found: Value, at range: SourceRange, declaration: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "wrong-type", "\(subject) must be \(expected.withArticleIfWord), found \(found.kind)",
      at: range,
      secondary: range == declaration ? [] : [Label(declaration, "declared here")])
  }

  static func wrongTensorType(
    _ subject: String, declared: String, found: TensorType, axis: WrongAxis?, at range: SourceRange,
    declaration: SourceRange
  ) -> Diagnostic {
    var notes: [String] = []
    if let axis {
      let expected = axis.expected.description
      let meaning = axis.expression == expected ? expected : "\(axis.expression) = \(expected)"
      notes.append("axis \(axis.axis) is \(axis.found), but must be \(meaning)")
    }
    return Diagnostic(
      .error, "shape-mismatch", "\(subject) must be \(declared), found \(found)", at: range,
      label: "\(found)",
      secondary: range == declaration ? [] : [Label(declaration, "declared here")], notes: notes)
  }

  static func mixedElementTypes(_ a: TensorType, _ b: TensorType, of operation: OperatorSite) -> Diagnostic {
    Diagnostic(
      .error, "mixed-element-types", "'\(operation.name)' of \(a) and \(b): the element types differ",
      at: operation.range,
      secondary: operation.labels("\(a)", "\(b)"),
      hint: "convert one of them, for example with \(a.elementType)(…)")
  }

  static func incompatibleShapes(
    _ a: TensorType, _ b: TensorType, axis: Int, of operation: OperatorSite
  ) -> Diagnostic {
    let rank = max(a.rank, b.rank)
    let fromEnd = axis - rank
    func extent(_ type: TensorType) -> String { type.shape[type.rank + fromEnd].description }
    return Diagnostic(
      .error, "incompatible-shapes", "can't broadcast \(a) with \(b)", at: operation.range,
      secondary: operation.labels("\(a)", "\(b)"),
      notes: ["axis \(fromEnd) is \(extent(a)) on the left and \(extent(b)) on the right"])
  }

  static func incompatibleProduct(
    _ a: TensorType, _ b: TensorType, leftAxis: Int, rightAxis: Int, of operation: OperatorSite
  ) -> Diagnostic {
    let canTranspose = b.rank == 2 && b.shape[1] == a.shape[leftAxis]
    return Diagnostic(
      .error, "incompatible-shapes", "can't multiply \(a) by \(b)", at: operation.range,
      secondary: operation.labels("\(a)", "\(b)"),
      notes: [
        "axis \(leftAxis) of the left operand is \(a.shape[leftAxis]), axis \(rightAxis) of the right one is \(b.shape[rightAxis])"
      ],
      hint: canTranspose ? "the right operand fits transposed: add '.T'" : nil)
  }

  static func scalarInProduct(_ a: TensorType, _ b: TensorType, of operation: OperatorSite) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes", "can't multiply \(a) by \(b): '@' takes matrices and vectors",
      at: operation.range,
      secondary: operation.labels("\(a)", "\(b)"), hint: "use '*' to scale")
  }

  static func openElementType(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .error, "open-element-type", "'\(name.name)' is a class of element types: here one must be chosen",
      at: name.range,
      hint: "write for example f32")
  }

  static func openRank(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "open-rank", "the number of axes must be fixed here", at: range,
      hint: "replace '...' by dimensions")
  }

  static func openWeight(_ extent: Dimension, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "open-weight", "the extent \(extent) of a weight must be known at compile time", at: range)
  }

  static func negativeDimension(_ extent: Dimension, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "negative-dimension", "a dimension can't be \(extent)", at: range)
  }

  static func mayBeNegative(_ extent: Dimension, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "negative-dimension", "the extent \(extent) may be negative", at: range,
      hint: "bound the open dimensions with 'dim'")
  }

  static func refusedOperands(_ error: TypeError, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-operands", error.message, at: range, notes: error.notes)
  }
}

extension OperatorSite {
  /// Labels under the two operands, where these stand apart from the operation.
  fileprivate func labels(_ left: String, _ right: String) -> [Diagnostic.Label] {
    [(leftRange, left), (rightRange, right)].filter { $0.0 != range }.map { Diagnostic.Label($0.0, $0.1) }
  }
}

extension String {
  /// The text with an article where it is the name of a type, not a shape.
  fileprivate var withArticleIfWord: String { allSatisfy(\.isLetter) ? withArticle : self }
}
