import DLGraph
import Foundation

/// An element of a tensor or a value of a kernel: exact for every element type.
public enum Scalar: Hashable, Sendable {
  case float(Double)
  case int(Int)

  public var double: Double {
    switch self {
    case .float(let value): value
    case .int(let value): Double(value)
    }
  }

  /// The integer; 0 for a floating-point number.
  public var integer: Int {
    switch self {
    case .float: 0
    case .int(let value): value
    }
  }

  static func zero(_ type: ElementType) -> Scalar { type.isFloatingPoint ? .float(0) : .int(0) }
}

/// The bytes of elements of a type.
public func bytes(_ scalars: [Scalar], _ type: ElementType) -> [UInt8] {
  func raw<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { [UInt8]($0) } }
  return scalars.flatMap { scalar -> [UInt8] in
    switch type {
    case .f64: raw(scalar.double)
    case .f32: raw(Float(scalar.double))
    case .f16: raw(Float16(scalar.double))
    case .bf16: raw(bfloat(Float(scalar.double)))
    case .i64: raw(scalar.integer)
    case .i32: raw(Int32(truncatingIfNeeded: scalar.integer))
    case .i16: raw(Int16(truncatingIfNeeded: scalar.integer))
    case .i8, .u8, .bool: raw(UInt8(truncatingIfNeeded: scalar.integer))
    }
  }
}

/// The elements in bytes.
public func scalars(_ bytes: [UInt8], _ type: ElementType) -> [Scalar] {
  bytes.withUnsafeBytes { scalars($0, type) }
}

/// The elements in memory.
public func scalars(_ memory: UnsafeRawBufferPointer, _ type: ElementType) -> [Scalar] {
  stride(from: 0, to: memory.count, by: type.byteCount).map { offset in
    func read<T>(_ type: T.Type) -> T { memory.loadUnaligned(fromByteOffset: offset, as: T.self) }
    return switch type {
    case .f64: .float(read(Double.self))
    case .f32: .float(Double(read(Float.self)))
    case .f16: .float(Double(read(Float16.self)))
    case .bf16: .float(Double(Float(bitPattern: UInt32(read(UInt16.self)) << 16)))
    case .i64: .int(read(Int.self))
    case .i32: .int(Int(read(Int32.self)))
    case .i16: .int(Int(read(Int16.self)))
    case .i8: .int(Int(read(Int8.self)))
    case .u8, .bool: .int(Int(read(UInt8.self)))
    }
  }
}

/// The upper half of an f32, to nearest even.
func bfloat(_ value: Float) -> UInt16 {
  if value.isNaN { return UInt16(truncatingIfNeeded: value.bitPattern >> 16) | 0x40 }
  let bits = value.bitPattern
  return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
}
