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
    // The bounds are integers: rounding may as well come last, where it is part of the conversion.
    let unrounded = has("avx512f") && lanes(a) == 16 && element(self.type(of: a)) == f32 ? rounded(a) : nil
    let value = unrounded ?? a
    let number = type == .u8 ? value : select(isNaN(value), float(0, like: value), value)
    let bounded = select(compare(LLVMRealOGT, number, least), number, least)
    if unrounded != nil, type == .u8 {
      // What is beyond i32 becomes its least number, which is a great one without a sign.
      let unbounded: IRValue = nearestInteger(bounded)
      let limit = int(Int(type.greatestInteger), like: unbounded)
      return truncate(select(compare(LLVMIntULT, unbounded, limit), unbounded, limit), valueType(of: type))
    }
    let clamped = select(compare(LLVMRealOLT, bounded, greatest), bounded, greatest)
    let integer = unrounded == nil ? floatToSigned(clamped, i32) : nearestInteger(clamped)
    return truncate(integer, valueType(of: type))
  }

  /// What a value is the rounding of, to nearest even.
  private func rounded(_ a: IRValue) -> IRValue? {
    guard LLVMIsACallInst(a) != nil, let callee = LLVMGetCalledValue(a) else { return nil }
    var length = 0
    let name = LLVMGetValueName2(callee, &length).map { String(cString: $0) } ?? ""
    return name.hasPrefix("llvm.roundeven") ? LLVMGetOperand(a, 0) : nil
  }

  /// The nearest integers of 16 numbers in the range of i32, halves to the even one whatever the processor's mode is.
  private func nearestInteger(_ a: IRValue) -> IRValue {
    let shape = vector(i32, 16)
    return intrinsic(
      "llvm.x86.avx512.mask.cvtps2dq.512", types: [], [a, zero(shape), int(-1, i16), int(8, i32)])
  }

  /// The number of a table that the lowest four bits of each lane choose.
  func lookup(_ table: [Float], _ index: IRValue) -> IRValue {
    let numbers = constantVector(table.map { float(Double($0), f32) })
    if has("avx512f"), lanes(index) == 16 {
      return intrinsic("llvm.x86.avx512.permvar.sf.512", types: [], [numbers, index])
    }
    let place = and(index, int(15, like: index))
    let step = table[1] - table[0]
    if table.indices.allSatisfy({ table[$0] == table[0] + Float($0) * step }) {
      return add(multiply(signedToFloat(place, f32), float(Double(step), f32)), float(Double(table[0]), f32))
    }
    return perLane([place]) { LLVMBuildExtractElement(builder, numbers, $0[0], "") }
  }

  private func resizedInteger(_ a: IRValue, from source: ElementType, to target: ElementType) -> IRValue {
    let element = valueType(of: target)
    let (from, to) = (bitWidth(a), target.byteCount * 8)
    if from == to { return a }
    if from > to { return truncate(a, element) }
    return source == .u8 || source == .bool ? zeroExtend(a, element) : signExtend(a, element)
  }
}
