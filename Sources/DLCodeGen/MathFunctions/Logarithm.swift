internal import CLLVM

// log and log1p of f32.
//
// x = 2^e m with m between the roots of 1/2 and 2, f = m - 1, and log m = f - f^2 / 2 + f^3 P(f).
extension IRBuilder {
  func log(_ x: IRValue) -> IRValue {
    let isDenormal = compare(LLVMRealOLT, x, float(0x1p-126, like: x))
    let normal = select(isDenormal, multiply(x, float(0x1p23, like: x)), x)
    let (exponent, mantissa) = splitMantissa(normal)
    let shift = select(isDenormal, float(-23, like: x), float(0, like: x))
    let fraction = exactSubtract(mantissa, float(1, like: x))
    let result = logarithm(fraction, exactAdd(signedToFloat(exponent, f32), shift))
    return withPoles(result, of: x, pole: 0)
  }

  /// log of `u = 1 + x`, with what rounding u lost added to its fraction.
  func log1p(_ x: IRValue) -> IRValue {
    let one = float(1, like: x)
    let u = exactAdd(one, x)
    let (exponent, mantissa) = splitMantissa(u)
    let isLarge = compare(LLVMRealOGT, x, one)
    let lost = select(
      isLarge, exactSubtract(one, exactSubtract(u, x)), exactSubtract(x, exactSubtract(u, one)))
    let limit = int(126, like: exponent)
    let small = select(compare(LLVMIntSLT, exponent, limit), exponent, limit)
    let scaled = multiply(lost, powerOfTwo(negate(small)))
    let fraction = exactAdd(exactSubtract(mantissa, one), scaled)
    let result = withPoles(logarithm(fraction, signedToFloat(exponent, f32)), of: x, pole: -1)
    return select(compare(LLVMRealOEQ, x, float(0, like: x)), x, result)
  }

  // MARK: Parts

  /// e and m with x = 2^e m, for a positive normal x.
  private func splitMantissa(_ x: IRValue) -> (exponent: IRValue, mantissa: IRValue) {
    let bits = bitcast(x, i32)
    let rootOfHalf = int(0x3f35_04f3, like: bits)
    let exponent = shiftRightArithmetic(subtract(bits, rootOfHalf), 23)
    return (exponent, bitcast(subtract(bits, shiftLeft(exponent, 23)), f32))
  }

  /// `log(1 + f) + e ln 2`
  private func logarithm(_ f: IRValue, _ e: IRValue) -> IRValue {
    let square = multiply(f, f)
    let p = polynomial(
      f,
      [
        0.3333331043855745, -0.24999986623514125, 0.20002226696211642, -0.16669249576698322,
        0.1421865565213416,
        -0.123843684595247, 0.11873012925589485, -0.11789705021783543, 0.06915165526142125,
      ])
    var tail = multiply(multiply(square, f), p)
    tail = multiplyAdd(e, float(-0.0002121944400546906, like: f), tail)
    tail = multiplyAdd(square, float(-0.5, like: f), tail)
    return multiplyAdd(e, float(0.693359375, like: f), exactAdd(f, tail))
  }

  /// The result, but minus infinity at the pole, NaN below it, and infinity and NaN as they are.
  private func withPoles(_ result: IRValue, of x: IRValue, pole: Double) -> IRValue {
    let pole = float(pole, like: x)
    let finite = select(compare(LLVMRealOLT, x, float(.infinity, like: x)), result, x)
    let atPole = select(compare(LLVMRealOEQ, x, pole), float(-.infinity, like: x), finite)
    return select(compare(LLVMRealOLT, x, pole), float(.nan, like: x), atPole)
  }
}
