import DLGraph
import DLLoops

// The order of elements that sorting, top-k and arg-reduction share: NaN is greater than any number, and -0 equals 0.

extension Literal {
  /// For each element an integer, so that integers compare as the elements do.
  func orderKeys() -> [Int] {
    elementType.isFloatingPoint ? values(as: Double.self).map(\.orderKey) : values(as: Int.self)
  }

  /// For each element an integer, so that integers compare as the elements do in descending order; NaN's is the
  /// greatest again.
  func reversedOrderKeys() -> [Int] {
    orderKeys().map { $0 == .max && elementType.isFloatingPoint ? .max : ~$0 }
  }
}

extension Double {
  /// An integer that compares with others as the number does; greatest for NaN.
  fileprivate var orderKey: Int {
    if isNaN { return .max }
    let bits = Int(bitPattern: UInt(bitPattern))
    return bits >= 0 ? bits : .min - bits
  }
}

extension KernelBuilder {
  /// Whether `a` comes strictly before `b` in ascending or descending order.
  func precedes(_ a: Local, _ b: Local, descending: Bool) -> Local {
    if type(of: a) == .bool {
      return precedes(convert(a, to: .u8), convert(b, to: .u8), descending: descending)
    }
    if !type(of: a).isFloatingPoint { return compare(descending ? .greater : .less, a, b) }
    // Ascending, `a` comes first where it is a number and `b` is greater or NaN; descending, where `b` is a number and
    // `a` is greater or NaN.
    let (low, high) = descending ? (b, a) : (a, b)
    return binary(.and, unary(.not, compare(.greaterOrEqual, low, high)), compare(.equal, low, low))
  }

  /// Whether a value is NaN; nil where its type has none.
  func isNaN(_ value: Local) -> Local? {
    type(of: value).isFloatingPoint ? compare(.notEqual, value, value) : nil
  }
}
