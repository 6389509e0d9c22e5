/// The type of a tensor's elements.
///
/// Integers are two's complement and wrap on overflow; `bf16` is the upper half of an `f32`; a `bool` is one
/// byte, 0 or 1.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
  case f64, f32, f16, bf16, i64, i32, i16, i8, u8, bool

  /// The number of bytes of one element.
  public var byteCount: Int {
    switch self {
    case .f64, .i64: 8
    case .f32, .i32: 4
    case .f16, .bf16, .i16: 2
    case .i8, .u8, .bool: 1
    }
  }

  public var isFloatingPoint: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16: true
    case .i64, .i32, .i16, .i8, .u8, .bool: false
    }
  }

  /// `bool` is not an integer: arithmetic on it is a type error.
  public var isInteger: Bool { !isFloatingPoint && self != .bool }

  public var isSignedInteger: Bool { isInteger && self != .u8 }

  /// The type in which sums of this type are carried: `f32` for the 16-bit floats, itself otherwise.
  public var accumulator: ElementType { self == .f16 || self == .bf16 ? .f32 : self }
}

extension ElementType: CustomStringConvertible {
  public var description: String { rawValue }
}
