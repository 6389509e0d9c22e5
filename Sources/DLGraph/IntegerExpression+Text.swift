extension IntegerExpression: CustomStringConvertible {
  /// The expression as a person writes it, for example `2 * T + 1` or `(T + 3) / 4`.
  public var description: String {
    if terms.isEmpty { return String(constant) }
    var text = ""
    for term in terms {
      let product = term.factors.map(\.description).joined(separator: " * ")
      let magnitude = term.coefficient.magnitude
      if text.isEmpty {
        text = term.coefficient < 0 ? "-" : ""
      } else {
        text += term.coefficient < 0 ? " - " : " + "
      }
      text += magnitude == 1 ? product : "\(magnitude) * \(product)"
    }
    if constant != 0 { text += constant < 0 ? " - \(constant.magnitude)" : " + \(constant)" }
    return text
  }

  /// The description, in parentheses where it is a sum or product.
  fileprivate var asOperand: String {
    let isSingle = terms.isEmpty && constant >= 0 || symbol != nil
    return isSingle ? description : "(\(description))"
  }
}

extension IntegerExpression.Atom: CustomStringConvertible {
  public var description: String {
    switch self {
    case .symbol(let symbol): symbol.name
    case .floorDivide(let a, let b): "(\(a.asOperand) / \(b.asOperand))"
    case .modulo(let a, let b): "(\(a.asOperand) % \(b.asOperand))"
    case .minimum(let a, let b): "min(\(a), \(b))"
    case .maximum(let a, let b): "max(\(a), \(b))"
    }
  }
}
