// Attributes and literals.

extension TextParser {
  /// The attributes in braces, if there are any.
  mutating func attributeList() throws(TextError) -> AttributeList {
    guard skip("{") else { return AttributeList() }
    var entries: [AttributeList.Entry] = []
    try list(until: "}") { (parser) throws(TextError) in
      let token = parser.next
      let name = try parser.name("the name of an attribute")
      if entries.contains(where: { $0.name == name }) {
        throw parser.error("the attribute '\(name)' occurs twice", at: token)
      }
      try parser.expect("=")
      entries.append(AttributeList.Entry(name: name, value: try parser.attribute()))
    }
    return AttributeList(entries: entries)
  }

  private mutating func attribute() throws(TextError) -> Attribute {
    switch next.kind {
    case .string: return .string(take().text)
    case .number: return try number()
    case .punctuation where at("-"): return try number()
    case .punctuation where at("["):
      let dimensions = try dimensions()
      let integers = dimensions.compactMap(\.constantValue)
      return integers.count == dimensions.count ? .integers(integers) : .dimensions(dimensions)
    case .identifier: return try wordAttribute()
    default: throw expected("an attribute")
    }
  }

  private mutating func wordAttribute() throws(TextError) -> Attribute {
    if atWord("func") { return .graph(try graph()) }
    if atWord("inf") || atWord("nan") { return try number() }
    if atWord("true") || atWord("false") { return .boolean(take().text == "true") }
    guard let elementType = ElementType(rawValue: next.text) else { throw expected("an attribute") }
    let token = take()
    guard at("[") else { return .elementType(elementType) }
    let type = TensorType(elementType, try dimensions())
    return skip("(") ? .literal(try literal(type, at: token)) : .type(type)
  }

  private mutating func number() throws(TextError) -> Attribute {
    let start = next
    let (text, bits) = try elementText()
    if !bits, let value = Int(text) { return .integer(value) }
    if bits, let pattern = UInt64(text), Double(bitPattern: pattern).isNaN {
      return .floating(Double(bitPattern: pattern))
    }
    guard !bits, let value = Double(text) else { throw error("'\(text)' is not a number", at: start) }
    return .floating(value)
  }

  /// The text of one number or truth value, and whether it gives the bits of a NaN.
  private mutating func elementText() throws(TextError) -> (text: String, bits: Bool) {
    let sign = skip("-") ? "-" : ""
    guard next.kind == .number || next.kind == .identifier else { throw expected("a number") }
    let text = take().text
    if sign.isEmpty, text == "nan", skip("(") {
      let bits = try take(.number, "the bits of a NaN").text
      try expect(")")
      return (bits, true)
    }
    return (sign + text, false)
  }

  /// The rest of a literal, after its opening parenthesis.
  private mutating func literal(_ type: TensorType, at token: TextToken) throws(TextError) -> Literal {
    guard let shape = type.concreteShape, let count = Self.count(of: shape) else {
      throw error("a literal can't have the type \(type)", at: token)
    }
    if next.kind == .globalName {
      guard let literal = resources[next.text] else { throw error("there is no resource \(next.shown)") }
      guard literal.elementType == type.elementType, literal.shape == shape else {
        throw error("the resource \(next.shown) is of type \(literal.type), not \(type)")
      }
      take()
      try expect(")")
      return literal
    }
    var bytes: [UInt8] = []
    try list(until: ")") { (parser) throws(TextError) in
      let start = parser.next
      let (text, bits) = try parser.elementText()
      guard let element = Literal.elementBytes(text, bits: bits, type.elementType) else {
        throw parser.error("'\(text)' is not an element of \(type.elementType)", at: start)
      }
      bytes += element
    }
    guard bytes.count / type.elementType.byteCount == count else {
      let found = bytes.count / type.elementType.byteCount
      throw error("\(type) has \(count) elements, not \(found)", at: token)
    }
    return Literal(type.elementType, shape: shape) { $0.copyBytes(from: bytes) }
  }

  /// The number of elements; nil where it overflows or an extent is negative.
  private static func count(of shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      // Eight bytes are the largest element.
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if extent < 0 || overflow || product > Int.max / 8 { return nil }
      count = product
    }
    return count
  }
}
