internal import CLLVM
import DLGraph

extension IRBuilder {
  /// The type of an element in memory.
  func memoryType(of type: ElementType) -> IRType {
    switch type {
    case .f64: f64
    case .f32: f32
    case .f16, .bf16, .i16: i16
    case .i64: i64
    case .i32: i32
    case .i8, .u8, .bool: i8
    }
  }

  /// The type of an element as a value.
  func valueType(of type: ElementType) -> IRType {
    switch type {
    case .f16, .bf16: f32
    case .bool: i1
    default: memoryType(of: type)
    }
  }

  /// The value of what was read from memory.
  func decode(_ bits: IRValue, _ type: ElementType) -> IRValue {
    switch type {
    case .f16: floatExtend(bitcast(bits, half), f32)
    case .bf16: bitcast(shiftLeft(zeroExtend(bits, i32), 16), f32)
    case .bool: compare(LLVMIntNE, bits, int(0, like: bits))
    case .f64, .f32, .i64, .i32, .i16, .i8, .u8: bits
    }
  }

  /// What to write to memory for a value.
  func encode(_ value: IRValue, _ type: ElementType) -> IRValue {
    switch type {
    case .f16: bitcast(floatTruncate(value, half), i16)
    case .bf16: roundToBFloat(value)
    case .bool: zeroExtend(value, i8)
    case .f64, .f32, .i64, .i32, .i16, .i8, .u8: value
    }
  }

  /// The upper half of an f32, rounded to nearest, ties to even. A NaN stays one.
  private func roundToBFloat(_ value: IRValue) -> IRValue {
    let bits = bitcast(value, i32)
    let isOdd = and(shiftRightLogical(bits, 16), int(1, like: bits))
    let rounded = add(bits, add(isOdd, int(0x7fff, like: bits)))
    let quiet = or(bits, int(0x40_0000, like: bits))
    return truncate(shiftRightLogical(select(isNaN(value), quiet, rounded), 16), i16)
  }
}
