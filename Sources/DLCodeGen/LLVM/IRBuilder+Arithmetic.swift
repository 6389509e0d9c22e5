internal import CLLVM

// Floating-point results may be contracted (`a * b + c` rounded once); no other liberty is taken.
/// `LLVMFastMathContract`, whose anonymous enumeration Swift does not import.
private let contractFlag: UInt32 = 1 << 5

extension IRBuilder {
  /// `a + b`, of integers or floating-point numbers.
  func add(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return isFloat(a) ? contractable(LLVMBuildFAdd(builder, a, b, "")) : LLVMBuildAdd(builder, a, b, "")
  }

  func subtract(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return isFloat(a) ? contractable(LLVMBuildFSub(builder, a, b, "")) : LLVMBuildSub(builder, a, b, "")
  }

  func multiply(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return isFloat(a) ? contractable(LLVMBuildFMul(builder, a, b, "")) : LLVMBuildMul(builder, a, b, "")
  }

  /// The quotient of floating-point numbers.
  func divide(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildFDiv(builder, a, b, "")
  }

  func negate(_ a: IRValue) -> IRValue {
    isFloat(a) ? LLVMBuildFNeg(builder, a, "") : LLVMBuildNeg(builder, a, "")
  }

  /// The difference of floating-point numbers, rounded by itself: for code whose error terms rely on it.
  func exactSubtract(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildFSub(builder, a, b, "")
  }

  /// The sum of floating-point numbers, rounded by itself.
  func exactAdd(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildFAdd(builder, a, b, "")
  }

  /// `a * b + c`; floating-point numbers are rounded once where the target has the instruction.
  func multiplyAdd(_ a: IRValue, _ b: IRValue, _ c: IRValue) -> IRValue {
    let lanes = max(self.lanes(a), self.lanes(b), self.lanes(c))
    let operands = [a, b, c].map { broadcast($0, lanes) }
    guard isFloat(a) else { return add(multiply(operands[0], operands[1]), operands[2]) }
    return intrinsic(hasFusedMultiplyAdd ? "llvm.fma" : "llvm.fmuladd", operands)
  }

  var hasFusedMultiplyAdd: Bool { has("fma") || target.triple.hasPrefix("aarch64") }

  private func contractable(_ value: IRValue) -> IRValue {
    // A constant has been folded and takes no flags.
    if LLVMCanValueUseFastMathFlags(value) != 0 {
      LLVMSetFastMathFlags(value, contractFlag)
    }
    return value
  }

  // MARK: Bits

  func and(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildAnd(builder, a, b, "")
  }

  func or(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildOr(builder, a, b, "")
  }

  func xor(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildXor(builder, a, b, "")
  }

  func not(_ a: IRValue) -> IRValue { LLVMBuildNot(builder, a, "") }

  func shiftLeft(_ a: IRValue, _ bits: Int) -> IRValue { LLVMBuildShl(builder, a, int(bits, like: a), "") }

  func shiftRightLogical(_ a: IRValue, _ bits: Int) -> IRValue {
    LLVMBuildLShr(builder, a, int(bits, like: a), "")
  }

  func shiftRightArithmetic(_ a: IRValue, _ bits: Int) -> IRValue {
    LLVMBuildAShr(builder, a, int(bits, like: a), "")
  }

  // MARK: Comparison and choice

  func compare(_ predicate: LLVMRealPredicate, _ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildFCmp(builder, predicate, a, b, "")
  }

  func compare(_ predicate: LLVMIntPredicate, _ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildICmp(builder, predicate, a, b, "")
  }

  func isNaN(_ a: IRValue) -> IRValue { compare(LLVMRealUNO, a, a) }

  func select(_ condition: IRValue, _ a: IRValue, _ b: IRValue) -> IRValue {
    if !isVector(condition) {
      let (a, b) = widened(a, b)
      return LLVMBuildSelect(builder, condition, a, b, "")
    }
    let lanes = self.lanes(condition)
    return LLVMBuildSelect(builder, condition, broadcast(a, lanes), broadcast(b, lanes), "")
  }

  // MARK: Conversion. The type is that of an element; the lanes stay.

  func bitcast(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildBitCast(builder, a, shaped(like: a, element), "")
  }

  func truncate(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildTrunc(builder, a, shaped(like: a, element), "")
  }

  func signExtend(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildSExt(builder, a, shaped(like: a, element), "")
  }

  func zeroExtend(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildZExt(builder, a, shaped(like: a, element), "")
  }

  func floatExtend(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildFPExt(builder, a, shaped(like: a, element), "")
  }

  func floatTruncate(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildFPTrunc(builder, a, shaped(like: a, element), "")
  }

  func signedToFloat(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildSIToFP(builder, a, shaped(like: a, element), "")
  }

  func unsignedToFloat(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildUIToFP(builder, a, shaped(like: a, element), "")
  }

  /// The integer nearest zero. The value must be in range: elsewhere the result is poison.
  func floatToSigned(_ a: IRValue, _ element: IRType) -> IRValue {
    LLVMBuildFPToSI(builder, a, shaped(like: a, element), "")
  }
}
