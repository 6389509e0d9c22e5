internal import CLLVM

// exp, expm1, sigmoid and tanh of f32.
//
// x = n ln 2 + r with |r| <= ln 2 / 2, and e^x = 2^n e^r. The coefficients are minimax fits of the remainder of the
// series; `docs/math.md` says how they and the errors were found.
extension IRBuilder {
  func exp(_ x: IRValue) -> IRValue {
    let (power, rest) = splitExponent(clamp(x, -104, 89))
    let square = multiply(rest, rest)
    let tail = polynomial(rest, exponentialTail)
    return scale(exactAdd(multiplyAdd(tail, square, rest), float(1, like: x)), power)
  }

  func expm1(_ x: IRValue) -> IRValue {
    let (power, rest) = splitExponent(clamp(x, -40, 88.9))
    let square = multiply(rest, rest)
    let onRest = multiplyAdd(polynomial(rest, exponentialTail), square, rest)
    // Half of the result, so that 2^n stays finite.
    let half = powerOfTwo(subtract(power.integer, int(1, like: power.integer)))
    let halved = multiplyAdd(half, onRest, exactSubtract(half, float(0.5, like: x)))
    let result = exactAdd(halved, halved)
    // Near 0 the result is x, also for a denormal or -0.
    return select(compare(LLVMRealOLT, magnitude(x), float(0x1p-25, like: x)), x, result)
  }

  /// `1 / (1 + e^-x)`, with the exponential of a negative number so that nothing overflows.
  func sigmoid(_ x: IRValue) -> IRValue {
    let e = exp(negate(magnitude(x)))
    let one = float(1, like: x)
    let numerator = select(compare(LLVMRealOLT, x, float(0, like: x)), e, one)
    return divide(numerator, add(one, e))
  }

  /// `t / (t + 2)` with `t = e^2|x| - 1`, and the sign of x.
  func tanh(_ x: IRValue) -> IRValue {
    let a = clamp(magnitude(x), 0, 10)
    let t = expm1(exactAdd(a, a))
    return copySign(divide(t, exactAdd(t, float(2, like: x))), from: x)
  }

  // MARK: Parts

  /// An integral power of two as f32 and as i32.
  typealias Power = (float: IRValue, integer: IRValue)

  private var exponentialTail: [Double] {
    [
      0.5000000078200232, 0.16666666856281295, 0.041666269057484925, 0.008333265306630408,
      0.001394613253224578, 0.0001991789246827741,
    ]
  }

  /// The integer n nearest to `x / ln 2`, and `x - n ln 2`.
  private func splitExponent(_ x: IRValue) -> (Power, rest: IRValue) {
    let power = nearestInteger(
      multiplyAdd(x, float(1.4426950408889634, like: x), float(roundingShift, like: x)))
    // ln 2 in two parts: the product with the first is exact.
    let high = multiplyAdd(power.float, float(-0.693359375, like: x), x)
    return (power, multiplyAdd(power.float, float(0.0002121944400546906, like: x), high))
  }

  /// Added to a number below 2^22 in magnitude, it leaves the nearest integer in the low bits.
  var roundingShift: Double { 12_582_912 }

  /// The integer in a number to which `roundingShift` was added. A NaN gives NaN and any integer.
  func nearestInteger(_ shifted: IRValue) -> Power {
    let shift = float(roundingShift, like: shifted)
    let integer = subtract(bitcast(shifted, i32), bitcast(shift, i32))
    return (exactSubtract(shifted, shift), integer)
  }

  /// 2^n for n in -126...127.
  func powerOfTwo(_ n: IRValue) -> IRValue { bitcast(shiftLeft(add(n, int(127, like: n)), 23), f32) }

  /// `x * 2^n`, correct for results that are infinite or denormal, for n in -250...250.
  func scale(_ x: IRValue, _ power: Power) -> IRValue {
    let lanes = self.lanes(x)
    let wide = lanes == 16 && has("avx512f")
    if wide || [4, 8].contains(lanes) && has("avx512vl") {
      let mask = int(-1, lanes == 16 ? i16 : i8)
      let rounding = wide ? [int(4, i32)] : []
      let name = "llvm.x86.avx512.mask.scalef.ps.\(lanes * 32)"
      return intrinsic(name, types: [], [x, power.float, x, mask] + rounding)
    }
    let half = shiftRightArithmetic(power.integer, 1)
    let scaled = multiply(x, powerOfTwo(half))
    return multiply(scaled, powerOfTwo(subtract(power.integer, half)))
  }
}
