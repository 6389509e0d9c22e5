// The scalar functions that both IRs share: element-wise operations of graphs apply them to every element, and loops to
// scalars or vectors.

/// A function of one element.
public enum UnaryFunction: String, CaseIterable, Hashable, Sendable {
  case negate, abs, sign
  case exp, expm1, log, log1p, sqrt, rsqrt
  case sin, cos, tan, tanh, sigmoid, erf
  case floor, ceil
  /// To the nearest integer, halves to the even one.
  case round
  /// The complement: of a bool, or of every bit of an integer.
  case not

  /// True where the function is defined on elements of a type.
  public func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .negate: type.isFloatingPoint || type.isInteger
    case .abs, .sign: type.isFloatingPoint || type.isInteger
    case .not: !type.isFloatingPoint
    default: type.isFloatingPoint
    }
  }
}

/// A function of two elements of one type, to that type.
public enum BinaryFunction: String, CaseIterable, Hashable, Sendable {
  case add, subtract, multiply
  /// On integers the floor of the quotient; 0 where the divisor is 0.
  case divide
  /// `a - floor(a / b) * b`, with the sign of the divisor; on integers 0 where the divisor is 0.
  case remainder
  /// On integers with a negative exponent: 1 for base 1, ±1 for base -1, else 0.
  case power
  /// NaN where either operand is NaN.
  case minimum, maximum
  case atan2
  /// Bitwise on integers, logical on bools.
  case and, or, xor
  /// Shifts by the width or more give 0 (or the sign); a negative count is taken as that.
  case shiftLeft = "shift_left"
  /// Arithmetic on signed types, logical on `u8`.
  case shiftRight = "shift_right"

  public func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .power: type.isFloatingPoint || type.isInteger
    case .minimum, .maximum: true
    case .atan2: type.isFloatingPoint
    case .and, .or, .xor: !type.isFloatingPoint
    case .shiftLeft, .shiftRight: type.isInteger
    }
  }
}

/// A comparison of two elements of one type, to a bool. Any comparison with NaN but `notEqual` is false.
public enum Comparison: String, CaseIterable, Hashable, Sendable {
  case equal, less, greater
  case notEqual = "not_equal"
  case lessOrEqual = "less_or_equal"
  case greaterOrEqual = "greater_or_equal"
}

/// How a reduction combines elements.
public enum ReductionFunction: String, CaseIterable, Hashable, Sendable {
  case sum, product, minimum, maximum
  /// Logical, on bools.
  case any, all

  public func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .sum, .product: type != .bool
    case .minimum, .maximum: true
    case .any, .all: type == .bool
    }
  }
}
