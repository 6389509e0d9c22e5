internal import CLLVM
import DLGraph

extension IRBuilder {
  /// The value of an integer expression as an i64, or as a vector of them where a symbol's value is one.
  ///
  /// - Parameters:
  ///   - value: an i64 or a vector of i64 for every symbol that occurs.
  ///   - depth: how deep in the loops a symbol changes. Sums start with what changes least, so that LLVM can move it
  ///     out of the inner loops.
  func evaluate(
    _ expression: IntegerExpression, _ value: (Symbol) -> IRValue, depth: (Symbol) -> Int = { _ in 0 }
  ) -> IRValue {
    let terms = expression.terms.enumerated().sorted {
      let (a, b) = ($0.element.depth(depth), $1.element.depth(depth))
      return a != b ? a < b : $0.offset < $1.offset
    }
    var sum: IRValue?
    for (_, term) in terms {
      var product: IRValue?
      for factor in term.factors {
        let next = evaluate(factor, value, depth: depth)
        product = product.map { indexMultiply($0, next) } ?? next
      }
      guard var product else { continue }
      if term.coefficient == -1, let partial = sum {
        sum = indexSubtract(partial, product)
        continue
      }
      if term.coefficient != 1 { product = indexMultiply(product, int(term.coefficient)) }
      sum = sum.map { indexAdd($0, product) } ?? product
    }
    guard let sum else { return int(expression.constant) }
    return expression.constant == 0 ? sum : indexAdd(sum, int(expression.constant))
  }

  private func evaluate(
    _ atom: IntegerExpression.Atom, _ value: (Symbol) -> IRValue, depth: (Symbol) -> Int
  ) -> IRValue {
    func both(_ a: IntegerExpression, _ b: IntegerExpression) -> (IRValue, IRValue) {
      widened(evaluate(a, value, depth: depth), evaluate(b, value, depth: depth))
    }
    switch atom {
    case .symbol(let symbol): return value(symbol)
    case .floorDivide(let a, let b):
      let (x, y) = both(a, b)
      if a.isProvably(atLeast: 0) && b.isProvably(atLeast: 1) { return LLVMBuildUDiv(builder, x, y, "") }
      return floorDivide(x, y)
    case .modulo(let a, let b):
      let (x, y) = both(a, b)
      if a.isProvably(atLeast: 0) && b.isProvably(atLeast: 1) { return LLVMBuildURem(builder, x, y, "") }
      return subtract(x, multiply(floorDivide(x, y), y))
    case .minimum(let a, let b):
      let (x, y) = both(a, b)
      return intrinsic("llvm.smin", [x, y])
    case .maximum(let a, let b):
      let (x, y) = both(a, b)
      return intrinsic("llvm.smax", [x, y])
    }
  }

  /// The floor of the quotient of signed integers; 0 where the divisor is 0. Wraps like multiplication by -1 where
  /// the least integer is divided by -1.
  func floorDivide(_ a: IRValue, _ b: IRValue) -> IRValue {
    let zero = int(0, like: b)
    let one = int(1, like: b)
    let isZero = compare(LLVMIntEQ, b, zero)
    let isMinusOne = compare(LLVMIntEQ, b, int(-1, like: b))
    // Neither 0 nor -1 may reach the instruction: both can trap.
    let divisor = select(or(isZero, isMinusOne), one, b)
    let quotient = LLVMBuildSDiv(builder, a, divisor, "")!
    let remainder = subtract(a, multiply(quotient, divisor))
    let signsDiffer = compare(LLVMIntSLT, xor(remainder, divisor), zero)
    let isInexact = compare(LLVMIntNE, remainder, zero)
    let floor = select(and(isInexact, signsDiffer), subtract(quotient, one), quotient)
    return select(isZero, zero, select(isMinusOne, negate(a), floor))
  }

  // Indices and extents stay far below 2^63, which lets LLVM widen and reorder their arithmetic.

  private func indexAdd(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildNSWAdd(builder, a, b, "")
  }

  private func indexSubtract(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildNSWSub(builder, a, b, "")
  }

  private func indexMultiply(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (a, b) = widened(a, b)
    return LLVMBuildNSWMul(builder, a, b, "")
  }
}

extension IntegerExpression.Term {
  fileprivate func depth(_ depth: (Symbol) -> Int) -> Int {
    factors.flatMap { IntegerExpression($0).symbols }.map(depth).max() ?? 0
  }
}
