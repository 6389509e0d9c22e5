internal import CLLVM

extension IRBuilder {
  /// pow of f32 as in C, `2^(y log2 |x|)` in f64.
  func power(_ x: IRValue, _ y: IRValue) -> IRValue {
    let wideY = floatExtend(y, f64)
    let logarithm = binaryLogarithm(floatExtend(magnitude(x), f64))
    // At |x| = 1 the power is 1 even for an infinite y.
    let isOne = compare(LLVMRealOEQ, logarithm, float(0, like: wideY))
    let exponent = select(isOne, float(0, like: wideY), multiply(wideY, logarithm))
    let magnitude = floatTruncate(binaryExponential(clamp(exponent, -200, 200)), f32)

    let zero = float(0, like: x)
    let one = float(1, like: x)
    let isNegative = compare(LLVMIntSLT, bitcast(x, i32), int(0, shaped(like: x, i32)))
    let isInteger = compare(LLVMRealOEQ, intrinsic("llvm.trunc", [y]), y)
    let half = multiply(y, float(0.5, like: y))
    let isOdd = and(isInteger, compare(LLVMRealONE, intrinsic("llvm.trunc", [half]), half))
    var result = select(and(isNegative, isOdd), negate(magnitude), magnitude)
    let isFinite = compare(LLVMRealOGT, x, float(-.infinity, like: x))
    let isUndefined = and(and(compare(LLVMRealOLT, x, zero), isFinite), not(isInteger))
    result = select(isUndefined, float(.nan, like: x), result)
    result = select(compare(LLVMRealUNO, x, y), add(x, y), result)
    return select(or(compare(LLVMRealOEQ, y, zero), compare(LLVMRealOEQ, x, one)), one, result)
  }

  /// log2 of an f64 that is 0, normal or infinite, to about 2^-43.
  private func binaryLogarithm(_ x: IRValue) -> IRValue {
    let bits = bitcast(x, i64)
    let rootOfHalf = int(0x3fe6_a09e_667f_3bcd, like: bits)
    let exponent = shiftRightArithmetic(subtract(bits, rootOfHalf), 52)
    let m = bitcast(subtract(bits, shiftLeft(exponent, 52)), f64)
    let one = float(1, like: x)
    let s = divide(subtract(m, one), add(m, one))
    let square = multiply(s, s)
    let p = polynomial(
      square,
      [
        0.6666666667589372, 0.3999999558654615, 0.2857211326128196, 0.22176003257192853, 0.1958700871384892,
      ])
    let natural = multiplyAdd(multiply(square, s), p, add(s, s))
    // An exponent fits 32 bits, whose conversion is fast on every machine.
    let whole = signedToFloat(truncate(exponent, i32), f64)
    let result = multiplyAdd(natural, float(1.4426950408889634, like: x), whole)
    let finite = select(compare(LLVMRealOEQ, x, float(.infinity, like: x)), x, result)
    return select(compare(LLVMRealOEQ, x, float(0, like: x)), float(-.infinity, like: x), finite)
  }

  /// 2^x of f64 for |x| <= 200, to about 2^-34.
  private func binaryExponential(_ x: IRValue) -> IRValue {
    let shift = float(6_755_399_441_055_744, like: x)
    let shifted = exactAdd(x, shift)
    let fraction = exactSubtract(x, exactSubtract(shifted, shift))
    let p = polynomial(
      fraction,
      [
        0.9999999999594849, 0.6931471805349867, 0.24022651214206797, 0.055504109762399216,
        0.009618025521114544,
        0.0013333422537776048, 0.00015469758221465233, 1.5316487006157465e-05,
      ])
    let bits = bitcast(shifted, i64)
    let n = subtract(bits, bitcast(shift, i64))
    return multiply(p, bitcast(shiftLeft(add(n, int(1023, like: n)), 52), f64))
  }
}
