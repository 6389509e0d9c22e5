import DLGraph
import DLLoops
import Foundation

// What instructions compute, one element at a time, in double precision or in integers of the type's width.

extension Scalar {
  /// A number as a register of the type holds it: the 16-bit floats are carried as f32.
  static func rounded(_ value: Double, _ type: ElementType) -> Scalar {
    .float(type == .f64 ? value : Double(Float(value)))
  }

  /// What memory of the type holds of the number.
  func stored(_ type: ElementType) -> Scalar {
    switch type {
    case .f16: .float(Double(Float16(Float(double))))
    case .bf16: .float(Double(Float(bitPattern: UInt32(bfloat(Float(double))) << 16)))
    default: self
    }
  }

  /// An integer modulo the width of the type.
  static func wrapped(_ value: Int, _ type: ElementType) -> Scalar {
    switch type {
    case .i32: .int(Int(Int32(truncatingIfNeeded: value)))
    case .i16: .int(Int(Int16(truncatingIfNeeded: value)))
    case .i8: .int(Int(Int8(truncatingIfNeeded: value)))
    case .u8: .int(Int(UInt8(truncatingIfNeeded: value)))
    case .bool: .int(value & 1)
    default: .int(value)
    }
  }

  /// The number in another type: from floating-point ones to the nearest toward zero that the type has, NaN to 0.
  func converted(from source: ElementType, to target: ElementType) -> Scalar {
    if target == .bool { return .int(double != 0 ? 1 : 0) }
    if target.isFloatingPoint { return Scalar.rounded(double, target).stored(target) }
    guard source.isFloatingPoint else { return .wrapped(integer, target) }
    if double.isNaN { return .int(0) }
    let (low, high) = (target.leastInteger, target.greatestInteger)
    if double <= Double(low) { return .int(low) }
    if double >= Double(high) { return .int(high) }
    return .int(Int(double))
  }
}

// MARK: Functions

extension Scalar {
  static func compare(_ comparison: Comparison, _ a: Scalar, _ b: Scalar, _ type: ElementType) -> Scalar {
    let holds =
      type.isFloatingPoint
      ? compare(comparison, a.double, b.double) : compare(comparison, a.integer, b.integer)
    return .int(holds ? 1 : 0)
  }

  private static func compare<T: Comparable>(_ comparison: Comparison, _ a: T, _ b: T) -> Bool {
    switch comparison {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }

  static func unary(_ function: UnaryFunction, _ a: Scalar, _ type: ElementType) -> Scalar {
    if !type.isFloatingPoint {
      let x = a.integer
      switch function {
      case .negate: return wrapped(0 &- x, type)
      case .abs: return wrapped(x == .min ? x : Swift.abs(x), type)
      case .sign: return .int(x.signum())
      case .not: return type == .bool ? .int(1 - x) : wrapped(~x, type)
      default: return a
      }
    }
    return rounded(referenceValue(function, a.double), type)
  }

  static func binary(_ function: BinaryFunction, _ a: Scalar, _ b: Scalar, _ type: ElementType) -> Scalar {
    if type.isFloatingPoint { return rounded(floating(function, a.double, b.double), type) }
    return wrapped(integral(function, a.integer, b.integer, type), type)
  }

  private static func floating(_ function: BinaryFunction, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .remainder: floorRemainder(a, b)
    case .power: pow(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
    case .atan2: atan2(a, b)
    case .and, .or, .xor, .shiftLeft, .shiftRight: .nan
    }
  }

  private static func floorRemainder(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
  }

  private static func integral(_ function: BinaryFunction, _ a: Int, _ b: Int, _ type: ElementType) -> Int {
    let width = type.byteCount * 8
    switch function {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .divide: return floorQuotient(a, b)
    case .remainder: return b == 0 ? 0 : a &- floorQuotient(a, b) &* b
    case .power: return integralPower(a, b)
    case .minimum: return min(a, b)
    case .maximum: return max(a, b)
    case .atan2: return 0
    case .and: return a & b
    case .or: return a | b
    case .xor: return a ^ b
    case .shiftLeft: return b < 0 || b >= width ? 0 : a << b
    case .shiftRight: return b < 0 || b >= width ? (a < 0 ? -1 : 0) : a >> b
    }
  }

  private static func floorQuotient(_ a: Int, _ b: Int) -> Int {
    if b == 0 { return 0 }
    if b == -1 { return 0 &- a }
    let quotient = a / b
    return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient
  }

  private static func integralPower(_ a: Int, _ b: Int) -> Int {
    if b < 0 { return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0 }
    var (result, square, bits) = (1, a, b)
    while bits > 0 {
      if bits & 1 == 1 { result = result &* square }
      square = square &* square
      bits >>= 1
    }
    return result
  }
}

// MARK: Products

extension Scalar {
  static func multiplyAdd(_ a: Scalar, _ b: Scalar, _ c: Scalar, _ type: ElementType) -> Scalar {
    if type == .f64 { return .float(fma(a.double, b.double, c.double)) }
    if type.isFloatingPoint { return .rounded(a.double * b.double + c.double, type) }
    return .wrapped(a.integer &* b.integer &+ c.integer, type)
  }

  /// Adds the products of the elements of two words of 32 bits to a sum.
  static func dotProduct(_ kind: DotProduct, _ a: Int, _ b: Int, _ sum: Scalar) -> Scalar {
    let words = [a, b].map { bytes([.int($0)], .i32) }
    switch kind {
    case .bytes, .boundedBytes:
      let products = zip(scalars(words[0], .u8), scalars(words[1], .i8)).map { $0.integer * $1.integer }
      if kind == .boundedBytes {
        precondition([0, 2].allSatisfy { Int16(exactly: products[$0] + products[$0 + 1]) != nil })
      }
      return wrapped(products.reduce(sum.integer, &+), .i32)
    case .bfloats:
      let products = zip(scalars(words[0], .bf16), scalars(words[1], .bf16)).map { $0.double * $1.double }
      return rounded(products.reduce(sum.double, +), .f32)
    }
  }
}

/// A function of one element in double precision.
public func referenceValue(_ function: UnaryFunction, _ x: Double) -> Double {
  switch function {
  case .negate: -x
  case .abs: Swift.abs(x)
  case .sign: x > 0 ? 1 : x < 0 ? -1 : x
  case .exp: exp(x)
  case .expm1: expm1(x)
  case .log: log(x)
  case .log1p: log1p(x)
  case .sqrt: x.squareRoot()
  case .rsqrt: 1 / x.squareRoot()
  case .sin: sin(x)
  case .cos: cos(x)
  case .tan: tan(x)
  case .tanh: tanh(x)
  case .sigmoid: x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
  case .erf: erf(x)
  case .floor: x.rounded(.down)
  case .ceil: x.rounded(.up)
  case .round: x.rounded(.toNearestOrEven)
  case .not: .nan
  }
}
