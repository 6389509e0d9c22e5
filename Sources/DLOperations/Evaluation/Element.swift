import DLGraph

/// An element as it lies in the bytes of a literal.
///
/// Conversions are those of `convert`: floats round to nearest even, a float to an integer truncates and
/// saturates and NaN becomes 0, integers wrap, and `bool` is `!= 0`.
protocol Element: BitwiseCopyable {
  init(converting value: Double)
  init(converting value: Int)
  var floating: Double { get }
  var integer: Int { get }
}

/// Does something for the Swift type of an element type. A visitor instead of an existential type, so that
/// the compiler specializes the loops inside.
protocol ElementVisitor {
  associatedtype Result
  func visit<E: Element>(_ type: E.Type) -> Result
}

extension ElementType {
  /// Lets a visitor work on the Swift type of the elements.
  func accept<Visitor: ElementVisitor>(_ visitor: Visitor) -> Visitor.Result {
    switch self {
    case .f64: visitor.visit(Double.self)
    case .f32: visitor.visit(Float.self)
    case .f16: visitor.visit(Float16.self)
    case .bf16: visitor.visit(BFloat16.self)
    case .i64: visitor.visit(Int.self)
    case .i32: visitor.visit(Int32.self)
    case .i16: visitor.visit(Int16.self)
    case .i8: visitor.visit(Int8.self)
    case .u8: visitor.visit(UInt8.self)
    case .bool: visitor.visit(Boolean.self)
    }
  }
}

extension Element where Self: BinaryFloatingPoint {
  init(converting value: Double) { self.init(value) }
  init(converting value: Int) { self.init(value) }
  var floating: Double { Double(self) }
  var integer: Int { Int(converting: Double(self)) }
}

extension Element where Self: FixedWidthInteger {
  init(converting value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= Double(Self.max) {
      self = .max
    } else if value <= Double(Self.min) {
      self = .min
    } else {
      self.init(value)
    }
  }

  init(converting value: Int) { self.init(truncatingIfNeeded: value) }
  var floating: Double { Double(self) }
  var integer: Int { Int(self) }
}

extension Double: Element {}
extension Float: Element {}
extension Float16: Element {}
extension Int: Element {}
extension Int32: Element {}
extension Int16: Element {}
extension Int8: Element {}
extension UInt8: Element {}

/// The upper half of a `Float`.
struct BFloat16: Element {
  var bits: UInt16

  init(_ value: Float) {
    let pattern = value.bitPattern
    if value.isNaN {
      bits = UInt16(pattern >> 16) | 0x40
    } else {
      // To nearest even: half of the last kept bit, less one where that bit is 0.
      bits = UInt16(truncatingIfNeeded: (pattern &+ 0x7FFF &+ (pattern >> 16 & 1)) >> 16)
    }
  }

  init(converting value: Double) { self.init(Float(value)) }
  init(converting value: Int) { self.init(Float(value)) }
  var floating: Double { Double(Float(bitPattern: UInt32(bits) << 16)) }
  var integer: Int { Int(converting: floating) }
}

/// A byte that is 0 or 1.
struct Boolean: Element {
  var byte: UInt8
  init(converting value: Double) { byte = value == 0 ? 0 : 1 }
  init(converting value: Int) { byte = value == 0 ? 0 : 1 }
  var floating: Double { byte == 0 ? 0 : 1 }
  var integer: Int { byte == 0 ? 0 : 1 }
}
