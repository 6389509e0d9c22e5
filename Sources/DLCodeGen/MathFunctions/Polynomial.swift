internal import CLLVM

extension IRBuilder {
  /// `coefficients[0] + coefficients[1] * x + …` by Horner's rule.
  func polynomial(_ x: IRValue, _ coefficients: [Double]) -> IRValue {
    var sum = float(coefficients[coefficients.count - 1], like: x)
    for coefficient in coefficients.dropLast().reversed() {
      sum = multiplyAdd(sum, x, float(coefficient, like: x))
    }
    return sum
  }

  /// The value limited to a range; NaN stays NaN.
  func clamp(_ x: IRValue, _ lower: Double, _ upper: Double) -> IRValue {
    let low = float(lower, like: x)
    let high = float(upper, like: x)
    let limited = select(compare(LLVMRealOGT, x, high), high, x)
    return select(compare(LLVMRealOLT, limited, low), low, limited)
  }

  func magnitude(_ x: IRValue) -> IRValue { intrinsic("llvm.fabs", [x]) }

  /// The magnitude of one number with the sign of another.
  func copySign(_ x: IRValue, from sign: IRValue) -> IRValue { intrinsic("llvm.copysign", [x, sign]) }
}
