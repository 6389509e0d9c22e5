import CDLRuntime

extension Tensor {
  /// The type of a tensor's elements, named as models name it.
  public enum ElementType: Int32, Hashable, Sendable, CaseIterable {
    case f64 = 0
    case f32 = 1
    case f16 = 2
    case bf16 = 3
    case i64 = 4
    case i32 = 5
    case i16 = 6
    case i8 = 7
    case u8 = 8
    case bool = 9

    /// The bytes of one element.
    public var byteCount: Int { dlc_type_size(rawValue) }
  }
}

extension Tensor.ElementType: CustomStringConvertible {
  public var description: String { String(cString: dlc_type_name(rawValue)) }
}

/// A Swift type whose values are elements of tensors.
///
/// - Requires: the layout of a value is that of the element, and every bit pattern that models write is a value.
public protocol TensorElement: BitwiseCopyable, Sendable {
  static var elementType: Tensor.ElementType { get }
}

extension Double: TensorElement { public static var elementType: Tensor.ElementType { .f64 } }
extension Float: TensorElement { public static var elementType: Tensor.ElementType { .f32 } }
#if !(os(macOS) && arch(x86_64))
  extension Float16: TensorElement { public static var elementType: Tensor.ElementType { .f16 } }
#endif
extension BFloat16: TensorElement { public static var elementType: Tensor.ElementType { .bf16 } }
extension Int64: TensorElement { public static var elementType: Tensor.ElementType { .i64 } }
extension Int32: TensorElement { public static var elementType: Tensor.ElementType { .i32 } }
extension Int16: TensorElement { public static var elementType: Tensor.ElementType { .i16 } }
extension Int8: TensorElement { public static var elementType: Tensor.ElementType { .i8 } }
extension UInt8: TensorElement { public static var elementType: Tensor.ElementType { .u8 } }
extension Bool: TensorElement { public static var elementType: Tensor.ElementType { .bool } }
