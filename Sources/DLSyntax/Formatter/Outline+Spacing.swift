extension Outline {
  /// Whether a space stands between a token and the one before it, both on one line.
  func hasSpace(before index: Int) -> Bool {
    guard index > 0 else { return false }
    let previous = index - 1
    if isTight(before: index, after: previous) { return false }
    switch (roles[previous], roles[index]) {
    case (.binaryOperator, _), (_, .binaryOperator), (.conditional, _), (_, .conditional): return true
    case (.prefixOperator, _), (_, .attachedBracket), (_, .optionalMark): return false
    case (_, .sliceColon): return isSymbol(previous, .comma)
    case (.sliceColon, _): return false
    default: break
    }
    return !isRange(index) && !isRange(previous)
  }

  /// Whether two tokens touch whatever their roles are.
  private func isTight(before index: Int, after previous: Int) -> Bool {
    if case .symbol(let symbol) = tokens[index].kind {
      switch symbol {
      case .comma, .rightParenthesis, .rightBracket: return true
      case .colon: return roles[index] == .plain
      case .dot: return !looksLikeFraction(dot: index)
      default: break
      }
    }
    if case .symbol(let symbol) = tokens[previous].kind {
      return symbol == .leftParenthesis || symbol == .leftBracket || symbol == .dot
    }
    return false
  }

  private func isRange(_ index: Int) -> Bool {
    isSymbol(index, .halfOpenRange) || (isSymbol(index, .ellipsis) && roles[index] != .axes)
  }

  /// Whether an element of a number, which has no meaning but can be written, would turn into a fraction: `1 .0`.
  private func looksLikeFraction(dot: Int) -> Bool {
    guard case .integer = tokens[dot - 1].kind, case .integer = tokens[dot + 1].kind else { return false }
    return dot < 2 || !isSymbol(dot - 2, .dot)
  }
}
