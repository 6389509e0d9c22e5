internal import CLLVM
import DLGraph

extension IRBuilder {
  /// The value as another element type, by the rules of `Instruction.convert`.
  func convert(_ a: IRValue, from source: ElementType, to target: ElementType) -> IRValue {
    if source == target { return a }
    if target == .bool {
      if source.isFloatingPoint { return compare(LLVMRealUNE, a, float(0, like: a)) }
      return compare(LLVMIntNE, a, int(0, like: a))
    }
    switch (source.isFloatingPoint, target.isFloatingPoint) {
    case (true, true): return rounded(resized(a, target), target)
    case (true, false): return saturated(a, target)
    case (false, true):
      let element = target == .f64 ? f64 : f32
      let isUnsigned = source == .u8 || source == .bool
      return rounded(isUnsigned ? unsignedToFloat(a, element) : signedToFloat(a, element), target)
    case (false, false): return resizedInteger(a, from: source, to: target)
    }
  }

  private func resized(_ a: IRValue, _ target: ElementType) -> IRValue {
    let isDouble = element(type(of: a)) == f64
    if isDouble == (target == .f64) { return a }
    return isDouble ? floatTruncate(a, f32) : floatExtend(a, f64)
  }

  /// An f32 rounded to what the 16-bit types hold.
  private func rounded(_ a: IRValue, _ type: ElementType) -> IRValue {
    type == .f16 || type == .bf16 ? decode(encode(a, type), type) : a
  }

  private func saturated(_ a: IRValue, _ type: ElementType) -> IRValue {
    if type.byteCount < 4 { return saturatedNarrow(a, type) }
    let result = shaped(like: a, valueType(of: type))
    let name = type == .u8 ? "llvm.fptoui.sat" : "llvm.fptosi.sat"
    return intrinsic(name, types: [result, self.type(of: a)], [a])
  }

  /// The conversion to 8 and 16 bits, which a float holds exactly: it is clamped before it is converted. Machine
  /// instructions give their second operand where the first is not a number.
  private func saturatedNarrow(_ a: IRValue, _ type: ElementType) -> IRValue {
    let (least, greatest) = (
      float(Double(type.leastInteger), like: a), float(Double(type.greatestInteger), like: a)
    )
    let number = type == .u8 ? a : select(isNaN(a), float(0, like: a), a)
    let bounded = select(compare(LLVMRealOGT, number, least), number, least)
    let clamped = select(compare(LLVMRealOLT, bounded, greatest), bounded, greatest)
    return truncate(floatToSigned(clamped, i32), valueType(of: type))
  }

  private func resizedInteger(_ a: IRValue, from source: ElementType, to target: ElementType) -> IRValue {
    let element = valueType(of: target)
    let (from, to) = (bitWidth(a), target.byteCount * 8)
    if from == to { return a }
    if from > to { return truncate(a, element) }
    return source == .u8 || source == .bool ? zeroExtend(a, element) : signExtend(a, element)
  }
}
