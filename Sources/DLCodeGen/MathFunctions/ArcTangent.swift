internal import CLLVM

extension IRBuilder {
  /// atan2 of f32, for all signs, zeros and infinities as in C.
  func atan2(_ y: IRValue, _ x: IRValue) -> IRValue {
    let (ax, ay) = (magnitude(x), magnitude(y))
    let isSteep = compare(LLVMRealOGT, ay, ax)
    let large = select(isSteep, ay, ax)
    let small = select(isSteep, ax, ay)
    // Equal operands, 0 and 0 or two infinities among them, have no quotient to compute.
    let ofEqual = select(compare(LLVMRealOEQ, large, float(0, like: x)), float(0, like: x), float(1, like: x))
    let t = select(compare(LLVMRealOEQ, large, small), ofEqual, divide(small, large))
    var angle = arcTangent(t)
    angle = select(isSteep, complement(of: angle, halfTurns: 0.5), angle)
    let isNegative = compare(LLVMIntSLT, bitcast(x, i32), int(0, shaped(like: x, i32)))
    angle = select(isNegative, complement(of: angle, halfTurns: 1), angle)
    let result = copySign(angle, from: y)
    return select(compare(LLVMRealUNO, x, y), add(x, y), result)
  }

  /// atan on 0...1.
  private func arcTangent(_ t: IRValue) -> IRValue {
    let square = multiply(t, t)
    let p = polynomial(
      square,
      [
        -0.3333329908641127, 0.19998548201205213, -0.14264240788574126, 0.1095218109120278,
        -0.08403436627380612,
        0.057957359139148734, -0.031177612617867823, 0.010914480797155195, -0.0017935938430235572,
      ])
    return multiplyAdd(multiply(square, t), p, t)
  }

  /// `halfTurns * pi - angle`, with pi in two parts.
  private func complement(of angle: IRValue, halfTurns: Double) -> IRValue {
    let high = float(3.1415927410125732 * halfTurns, like: angle)
    let low = float(8.742277657347586e-08 * halfTurns, like: angle)
    return exactSubtract(high, exactAdd(angle, low))
  }
}
