extension Lexer {
  /// Reads a number: `12_000`, `0xff`, `1.5`, `1e-5`. After the dot of `pair.0.1` a position: digits alone.
  mutating func number() -> Token.Kind {
    let start = position
    if followsDot(start) {
      digits()
      return integer(from: start, digits: start, radix: 10)
    }
    if peek() == UInt8(ascii: "0"), let next = peek(1), next | 0x20 == UInt8(ascii: "x") {
      position += 2
      skip { $0.isHexadecimalDigit || $0 == UInt8(ascii: "_") }
      return integer(from: start, digits: start + 2, radix: 16)
    }
    digits()
    let isFraction = fraction()
    let isScaled = exponent()
    return isFraction || isScaled
      ? float(from: start) : integer(from: start, digits: start, radix: 10)
  }

  /// Reads `$` and the digits after it.
  mutating func closureParameter() -> Token.Kind {
    let start = position
    position += 1
    digits()
    // Its elements follow with a dot: `$0.1` is no fraction.
    guard case .integer(let index) = integer(from: start, digits: start + 1, radix: 10) else {
      return .closureParameter(0)
    }
    return .closureParameter(index)
  }

  /// Whether the token before is a dot that touches the number.
  private func followsDot(_ start: Int) -> Bool {
    guard let last = tokens.last else { return false }
    return last.kind == .symbol(.dot) && last.upper == start
  }

  private mutating func digits() { skip { $0.isDigit || $0 == UInt8(ascii: "_") } }

  private mutating func fraction() -> Bool {
    guard peek() == UInt8(ascii: "."), peek(1)?.isDigit == true else { return false }
    position += 1
    digits()
    return true
  }

  private mutating func exponent() -> Bool {
    guard let letter = peek(), letter | 0x20 == UInt8(ascii: "e"), let next = peek(1) else { return false }
    let isSigned = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
    guard next.isDigit || (isSigned && peek(2)?.isDigit == true) else { return false }
    position += 2
    digits()
    return true
  }

  private mutating func integer(from start: Int, digits: Int, radix: Int) -> Token.Kind {
    guard endsCleanly(from: start) else { return .integer(0) }
    let text = file.string(digits, position).filter { $0 != "_" }
    if text.isEmpty {
      diagnostics.insert(.invalidNumber(range(from: start)))
      return .integer(0)
    }
    guard let value = Int(text, radix: radix) else {
      diagnostics.insert(.integerOutOfRange(range(from: start)))
      return .integer(0)
    }
    return .integer(value)
  }

  private mutating func float(from start: Int) -> Token.Kind {
    guard endsCleanly(from: start) else { return .float(0) }
    let text = file.string(start, position).filter { $0 != "_" }
    let value = Double(text) ?? 0
    let isZero = !text.prefix { $0 != "e" && $0 != "E" }.contains { $0 != "0" && $0 != "." }
    if !value.isFinite || (value == 0 && !isZero) {
      diagnostics.insert(.floatOutOfRange(range(from: start), isTooLarge: !value.isFinite))
      return .float(0)
    }
    return .float(value)
  }

  /// Whether no letter touches the number; if one does, takes what touches it and reports.
  private mutating func endsCleanly(from start: Int) -> Bool {
    guard peek()?.isIdentifierPart == true else { return true }
    skip(while: \.isIdentifierPart)
    diagnostics.insert(.invalidNumber(range(from: start)))
    return false
  }
}
