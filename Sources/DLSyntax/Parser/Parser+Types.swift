extension Parser {
  /// Parses a type.
  mutating func type() throws -> TypeExpression {
    let start = index
    var type = try nested { try $0.plainType() }
    while at(.question) {
      if case .optional = type { throw failure(.doubleOptional(range(of: current))) }
      advance(as: .optionalMark)
      type = .optional(type, range(from: start))
    }
    return type
  }

  private mutating func plainType() throws -> TypeExpression {
    let start = index
    switch current.kind {
    case .identifier:
      let name = try identifier("a type")
      guard at(.leftBracket), !isAfterLineBreak else { return .named(name) }
      let dimensions = try list(as: .attachedBracket) { try $0.dimensionExpression() }
      return .tensor(
        TensorTypeExpression(element: name, dimensions: dimensions, range: range(from: start)))
    case .symbol(.leftBracket):
      advance()
      let element = try within(.brackets) { parser in
        let element = try parser.type()
        try parser.expect(.rightBracket)
        return element
      }
      return .list(element, range(from: start))
    case .symbol(.leftParenthesis):
      let elements = try list { try $0.type() }
      guard elements.count > 1 else { throw failure(.shortTuple(range(from: start), isType: true)) }
      return .tuple(elements, range(from: start))
    default:
      throw failure(expected: "a type", hint: "types look like Int, [Int], Int? or f32[batch, 3]")
    }
  }

  private mutating func dimensionExpression() throws -> DimensionExpression {
    at(.ellipsis) ? .ellipsis(range(of: advance(as: .axes))) : .expression(try expression())
  }
}
