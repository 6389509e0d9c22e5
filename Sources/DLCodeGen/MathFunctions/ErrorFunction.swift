internal import CLLVM

extension IRBuilder {
  /// erf of f32: an odd polynomial near 0, and `1 - e^-g(|x|)` with a polynomial g beyond.
  func erf(_ x: IRValue) -> IRValue {
    let square = multiply(x, x)
    let excess = polynomial(
      square,
      [
        0.1283791664947829, -0.3761263228567436, 0.1128367254550387, -0.0268581042858835,
        0.0051977971612694445, -0.0008105965061153743, 8.215423492565106e-05,
      ])
    let small = multiplyAdd(excess, x, x)
    let a = clamp(magnitude(x), 0, 4)
    let exponent = polynomial(
      a,
      [
        -0.00015629547003470634, 1.1294249268381256, 0.6335318125242955, 0.10807355700002183,
        -0.024984069041867556, 0.0041190421197482745, -0.00042361264541053846, 2.0148008084762627e-05,
      ])
    let large = copySign(subtract(float(1, like: x), exp(negate(exponent))), from: x)
    return select(compare(LLVMRealOLT, magnitude(x), float(0.9, like: x)), small, large)
  }
}
