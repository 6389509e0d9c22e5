internal import CLLVM
import DLGraph

// Integer arithmetic where the machine's differs from the language's.
extension IRBuilder {
  /// The floor of the quotient; 0 where the divisor is 0.
  func integerDivide(_ a: IRValue, _ b: IRValue, _ type: ElementType) -> IRValue {
    if type.isSignedInteger { return floorDivide(a, b) }
    let isZero = compare(LLVMIntEQ, b, int(0, like: b))
    let quotient = LLVMBuildUDiv(builder, a, select(isZero, int(1, like: b), b), "")!
    return select(isZero, int(0, like: b), quotient)
  }

  /// A shift by any count: by the width or more, or a negative one, nothing but the sign is left.
  func shift(_ function: BinaryFunction, _ a: IRValue, _ b: IRValue, _ type: ElementType) -> IRValue {
    let width = type.byteCount * 8
    let isInside = compare(LLVMIntULT, b, int(width, like: b))
    if function == .shiftRight, type.isSignedInteger {
      let count = select(isInside, b, int(width - 1, like: b))
      return LLVMBuildAShr(builder, a, count, "")
    }
    let count = select(isInside, b, int(0, like: b))
    let shifted =
      function == .shiftLeft ? LLVMBuildShl(builder, a, count, "")! : LLVMBuildLShr(builder, a, count, "")!
    return select(isInside, shifted, int(0, like: a))
  }

  /// The power by repeated squaring, wrapping.
  func integerPower(_ base: IRValue, _ exponent: IRValue, _ type: ElementType) -> IRValue {
    let shape = self.type(of: base)
    let one = int(1, like: base)
    let result = allocate(shape, alignment: 64, "power")
    let square = allocate(shape, alignment: 64, "square")
    let bits = allocate(shape, alignment: 64, "bits")
    store(one, result, alignment: 64)
    store(base, square, alignment: 64)
    store(exponent, bits, alignment: 64)
    loop(from: int(0), to: int(type.byteCount * 8), "power") { _ in
      let (r, s, e) = (
        load(shape, result, alignment: 64), load(shape, square, alignment: 64),
        load(shape, bits, alignment: 64)
      )
      let isSet = compare(LLVMIntNE, and(e, one), int(0, like: e))
      store(select(isSet, multiply(r, s), r), result, alignment: 64)
      store(multiply(s, s), square, alignment: 64)
      store(shiftRightLogical(e, 1), bits, alignment: 64)
    }
    let power = load(shape, result, alignment: 64)
    guard type.isSignedInteger else { return power }
    let isOdd = compare(LLVMIntNE, and(exponent, one), int(0, like: one))
    let minusOne = int(-1, like: base)
    let ofMinusOne = select(isOdd, minusOne, one)
    let inverse = select(
      compare(LLVMIntEQ, base, one), one,
      select(compare(LLVMIntEQ, base, minusOne), ofMinusOne, int(0, like: base)))
    return select(compare(LLVMIntSLT, exponent, int(0, like: exponent)), inverse, power)
  }

  /// `a - floor(a / b) * b`, with the sign of b: exact, by the remainder that truncates.
  func floatRemainder(_ a: IRValue, _ b: IRValue) -> IRValue {
    let remainder = library(element(type(of: a)) == f64 ? "fmod" : "fmodf", [a, b])
    let zero = float(0, like: a)
    let isNonzero = compare(LLVMRealUNE, remainder, zero)
    let signsDiffer = xor(compare(LLVMRealOLT, remainder, zero), compare(LLVMRealOLT, b, zero))
    let shifted = select(and(isNonzero, signsDiffer), add(remainder, b), remainder)
    // A zero takes the sign of the divisor.
    return select(isNonzero, shifted, intrinsic("llvm.copysign", [zero, b]))
  }
}
