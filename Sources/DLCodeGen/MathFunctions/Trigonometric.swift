internal import CLLVM

// sin, cos and tan of f32.
//
// x = n pi/2 + r with |r| <= pi/4; n modulo 4 says which of sin r and cos r it is, and with which sign. Beyond 1e5, where
// the reduction would lose bits, libm computes the lanes.
extension IRBuilder {
  func sin(_ x: IRValue) -> IRValue {
    withLibraryBeyondRange(x, "sinf") { keepingZero(x, sine(x, shiftedBy: 0)) }
  }

  func cos(_ x: IRValue) -> IRValue { withLibraryBeyondRange(x, "cosf") { sine(x, shiftedBy: 1) } }

  func tan(_ x: IRValue) -> IRValue {
    withLibraryBeyondRange(x, "tanf") {
      let (quadrant, r) = reduceQuadrant(x)
      let (s, c) = (sineNearZero(r), cosineNearZero(r))
      let isOdd = compare(LLVMIntNE, and(quadrant, int(1, like: quadrant)), int(0, like: quadrant))
      return keepingZero(x, divide(select(isOdd, negate(c), s), select(isOdd, s, c)))
    }
  }

  // MARK: Parts

  /// `sin(x + quadrants * pi/2)`
  private func sine(_ x: IRValue, shiftedBy quadrants: Int) -> IRValue {
    let (reduced, r) = reduceQuadrant(x)
    let quadrant = add(reduced, int(quadrants, like: reduced))
    let isOdd = compare(LLVMIntNE, and(quadrant, int(1, like: quadrant)), int(0, like: quadrant))
    let value = select(isOdd, cosineNearZero(r), sineNearZero(r))
    let sign = shiftLeft(and(quadrant, int(2, like: quadrant)), 30)
    return bitcast(xor(bitcast(value, i32), sign), f32)
  }

  /// An odd function's result; for a zero, that zero with its sign.
  private func keepingZero(_ x: IRValue, _ result: IRValue) -> IRValue {
    select(compare(LLVMRealOEQ, x, float(0, like: x)), x, result)
  }

  private func sineNearZero(_ r: IRValue) -> IRValue {
    let t = multiply(r, r)
    let p = polynomial(
      t,
      [
        -0.16666666641425965, 0.0083333293622327, -0.00019839327124255803, 2.718237178521857e-06,
      ])
    return multiplyAdd(multiply(t, r), p, r)
  }

  private func cosineNearZero(_ r: IRValue) -> IRValue {
    let t = multiply(r, r)
    let p = polynomial(
      t,
      [
        0.04166666662247585, -0.0013888883722536968, 2.4799511743831512e-05, -2.7209546257625294e-07,
      ])
    let high = multiplyAdd(t, float(-0.5, like: r), float(1, like: r))
    return multiplyAdd(multiply(t, t), p, high)
  }

  /// n as an i32, whose two low bits count, and r.
  private func reduceQuadrant(_ x: IRValue) -> (quadrant: IRValue, r: IRValue) {
    let perQuadrant = 0.6366197723675814
    if hasFusedMultiplyAdd {
      // pi/2 in three parts; each step is rounded once.
      let shifted = multiplyAdd(x, float(perQuadrant, like: x), float(roundingShift, like: x))
      let n = nearestInteger(shifted)
      var r = multiplyAdd(n.float, float(-1.5707963705062866, like: x), x)
      r = multiplyAdd(n.float, float(4.371138828673793e-08, like: x), r)
      r = multiplyAdd(n.float, float(1.7151245100058819e-15, like: x), r)
      return (n.integer, r)
    }
    let wide = floatExtend(x, f64)
    let shift = float(6_755_399_441_055_744, like: wide)
    let shifted = exactAdd(multiply(wide, float(perQuadrant, like: wide)), shift)
    let n = exactSubtract(shifted, shift)
    let high = subtract(wide, multiply(n, float(1.570796326734125614166259765625, like: wide)))
    let r = subtract(high, multiply(n, float(6.077100506506192e-11, like: wide)))
    return (truncate(bitcast(shifted, i64), i32), floatTruncate(r, f32))
  }

  private func withLibraryBeyondRange(_ x: IRValue, _ name: String, _ body: () -> IRValue) -> IRValue {
    let isBeyond = compare(LLVMRealOGT, magnitude(x), float(1e5, like: x))
    return choose(anyLane(isBeyond), "beyond_range") {
      library(name, [x])
    } else: {
      body()
    }
  }

  /// True if any lane of a mask is.
  func anyLane(_ mask: IRValue) -> IRValue {
    guard isVector(mask) else { return mask }
    let integer = LLVMIntTypeInContext(context, UInt32(lanes(mask)))!
    let bits = LLVMBuildBitCast(builder, mask, integer, "")!
    return compare(LLVMIntNE, bits, LLVMConstNull(integer))
  }
}
