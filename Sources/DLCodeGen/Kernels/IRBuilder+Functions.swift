internal import CLLVM
import DLGraph

// The scalar functions of the loop IR, on scalars and vectors.
extension IRBuilder {
  func unary(_ function: UnaryFunction, _ a: IRValue, _ type: ElementType) -> IRValue {
    switch function {
    case .negate: return negate(a)
    case .abs:
      if type == .u8 { return a }
      return type.isFloatingPoint ? intrinsic("llvm.fabs", [a]) : intrinsic("llvm.abs", [a, int(0, i1)])
    case .sign: return sign(a, type)
    case .not: return not(a)
    case .sqrt: return intrinsic("llvm.sqrt", [a])
    case .rsqrt: return divide(float(1, like: a), intrinsic("llvm.sqrt", [a]))
    case .floor: return intrinsic("llvm.floor", [a])
    case .ceil: return intrinsic("llvm.ceil", [a])
    case .round: return intrinsic("llvm.roundeven", [a])
    case .exp, .expm1, .log, .log1p, .sin, .cos, .tan, .tanh, .sigmoid, .erf:
      return type == .f64 ? doubleFunction(function, a) : mathFunction(function, a)
    }
  }

  private func mathFunction(_ function: UnaryFunction, _ a: IRValue) -> IRValue {
    switch function {
    case .exp: exp(a)
    case .expm1: expm1(a)
    case .log: log(a)
    case .log1p: log1p(a)
    case .sin: sin(a)
    case .cos: cos(a)
    case .tan: tan(a)
    case .tanh: tanh(a)
    case .sigmoid: sigmoid(a)
    case .erf: erf(a)
    case .negate, .abs, .sign, .sqrt, .rsqrt, .floor, .ceil, .round, .not: a
    }
  }

  /// Functions of f64 are libm's, lane by lane: they are rare in models and must be exact.
  private func doubleFunction(_ function: UnaryFunction, _ a: IRValue) -> IRValue {
    if function == .sigmoid {
      let e = library("exp", [negate(a)])
      return divide(float(1, like: a), add(float(1, like: a), e))
    }
    return library(function.rawValue, [a])
  }

  /// -1, 0 or 1 with the sign of a; of a floating-point zero or NaN, itself.
  private func sign(_ a: IRValue, _ type: ElementType) -> IRValue {
    if type == .u8 { return zeroExtend(compare(LLVMIntNE, a, int(0, like: a)), i8) }
    if type.isFloatingPoint {
      let one = intrinsic("llvm.copysign", [float(1, like: a), a])
      return select(compare(LLVMRealONE, a, float(0, like: a)), one, a)
    }
    let isNegative = compare(LLVMIntSLT, a, int(0, like: a))
    let isPositive = compare(LLVMIntSGT, a, int(0, like: a))
    return select(isNegative, int(-1, like: a), select(isPositive, int(1, like: a), int(0, like: a)))
  }

  func binary(_ function: BinaryFunction, _ x: IRValue, _ y: IRValue, _ type: ElementType) -> IRValue {
    let (a, b) = widened(x, y)
    switch function {
    case .add: return add(a, b)
    case .subtract: return subtract(a, b)
    case .multiply: return multiply(a, b)
    case .divide: return type.isFloatingPoint ? divide(a, b) : integerDivide(a, b, type)
    case .remainder:
      if type.isFloatingPoint { return floatRemainder(a, b) }
      let quotient = integerDivide(a, b, type)
      return select(
        compare(LLVMIntEQ, b, int(0, like: b)), int(0, like: b), subtract(a, multiply(quotient, b)))
    case .power:
      if !type.isFloatingPoint { return integerPower(a, b, type) }
      return type == .f64 ? library("pow", [a, b]) : power(a, b)
    case .minimum: return minimum(a, b, type)
    case .maximum: return maximum(a, b, type)
    case .atan2: return type == .f64 ? library("atan2", [a, b]) : atan2(a, b)
    case .and: return and(a, b)
    case .or: return or(a, b)
    case .xor: return xor(a, b)
    case .shiftLeft, .shiftRight: return shift(function, a, b, type)
    }
  }

  func compare(_ comparison: Comparison, _ a: IRValue, _ b: IRValue, _ type: ElementType) -> IRValue {
    if type.isFloatingPoint {
      let predicate: LLVMRealPredicate
      switch comparison {
      case .equal: predicate = LLVMRealOEQ
      case .notEqual: predicate = LLVMRealUNE
      case .less: predicate = LLVMRealOLT
      case .lessOrEqual: predicate = LLVMRealOLE
      case .greater: predicate = LLVMRealOGT
      case .greaterOrEqual: predicate = LLVMRealOGE
      }
      return compare(predicate, a, b)
    }
    let isSigned = type.isSignedInteger
    let predicate: LLVMIntPredicate
    switch comparison {
    case .equal: predicate = LLVMIntEQ
    case .notEqual: predicate = LLVMIntNE
    case .less: predicate = isSigned ? LLVMIntSLT : LLVMIntULT
    case .lessOrEqual: predicate = isSigned ? LLVMIntSLE : LLVMIntULE
    case .greater: predicate = isSigned ? LLVMIntSGT : LLVMIntUGT
    case .greaterOrEqual: predicate = isSigned ? LLVMIntSGE : LLVMIntUGE
    }
    return compare(predicate, a, b)
  }

  /// The smaller one; NaN where either is.
  func minimum(_ a: IRValue, _ b: IRValue, _ type: ElementType) -> IRValue {
    if type.isFloatingPoint { return extremum(a, b, LLVMRealOLT) }
    return type == .bool ? and(a, b) : intrinsic(type == .u8 ? "llvm.umin" : "llvm.smin", pair(a, b))
  }

  /// The larger one; NaN where either is.
  func maximum(_ a: IRValue, _ b: IRValue, _ type: ElementType) -> IRValue {
    if type.isFloatingPoint { return extremum(a, b, LLVMRealOGT) }
    return type == .bool ? or(a, b) : intrinsic(type == .u8 ? "llvm.umax" : "llvm.smax", pair(a, b))
  }

  private func pair(_ a: IRValue, _ b: IRValue) -> [IRValue] {
    let (a, b) = widened(a, b)
    return [a, b]
  }

  /// `a` where it compares so with `b`, else `b`; NaN where either is. A constant comes first, so that one machine
  /// instruction, which gives its second operand where either is NaN, is enough.
  private func extremum(_ x: IRValue, _ y: IRValue, _ predicate: LLVMRealPredicate) -> IRValue {
    let (x, y) = widened(x, y)
    let (a, b) = LLVMIsConstant(y) != 0 ? (y, x) : (x, y)
    let chosen = select(compare(predicate, a, b), a, b)
    if LLVMIsConstant(a) != 0, !isConstantNaN(a) { return chosen }
    return select(isNaN(a), a, chosen)
  }

  private func isConstantNaN(_ value: IRValue) -> Bool {
    let scalar = isVector(value) ? LLVMGetAggregateElement(value, 0)! : value
    guard LLVMIsAConstantFP(scalar) != nil else { return true }
    var lossy: LLVMBool = 0
    return LLVMConstRealGetDouble(scalar, &lossy).isNaN
  }
}
