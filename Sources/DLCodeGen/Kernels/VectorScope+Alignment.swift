import DLGraph
import DLLoops

extension KernelEmitter.VectorScope {
  /// How much an expression grows from lane to lane, where the loop's index is a multiple of the lanes in lane 0; nil
  /// where that isn't a constant.
  ///
  /// Division by a multiple of the lanes is the same in every lane as long as the dividend does not cross a multiple of
  /// the divisor inside a vector, and then the modulus counts up with the lanes: `v / 64` and `v % 64` for 16 lanes.
  ///
  /// - Requires: no other symbol of the expression differs from lane to lane.
  func laneStep(of expression: IntegerExpression) -> Int? {
    var step = 0
    for term in expression.terms {
      guard let stepOfTerm = laneStep(of: term) else { return nil }
      step += stepOfTerm
    }
    return step
  }

  private func laneStep(of term: IntegerExpression.Term) -> Int? {
    let varying = term.factors.filter { IntegerExpression($0).symbols.contains(symbol) }
    if varying.isEmpty { return 0 }
    let steps = varying.map { laneStep(of: $0) }
    if steps.allSatisfy({ $0 == 0 }) { return 0 }
    guard steps.count == 1, term.factors.count == 1, let step = steps[0] else { return nil }
    return term.coefficient * step
  }

  private func laneStep(of atom: IntegerExpression.Atom) -> Int? {
    switch atom {
    case .symbol: 1
    case .floorDivide(let a, let b): isAligned(a, to: b) ? 0 : nil
    case .modulo(let a, let b): isAligned(a, to: b) ? 1 : nil
    case .minimum, .maximum: nil
    }
  }

  /// How far each lane of an expression is from lane 0, where that is known: by whole vectors as in `laneStep`, and
  /// where a divisor divides the lanes, so that every vector shows the same pattern: `v / 4` is 0, 0, 0, 0, 1, 1, …
  ///
  /// - Requires: no other symbol of the expression differs from lane to lane.
  func laneOffsets(of expression: IntegerExpression) -> [Int]? {
    var offsets = [Int](repeating: 0, count: lanes)
    for term in expression.terms {
      let varying = term.factors.filter { IntegerExpression($0).symbols.contains(symbol) }
      if varying.isEmpty { continue }
      guard term.factors.count == 1, let ofAtom = laneOffsets(of: varying[0]) else { return nil }
      for lane in offsets.indices { offsets[lane] += term.coefficient * ofAtom[lane] }
    }
    return offsets
  }

  private func laneOffsets(of atom: IntegerExpression.Atom) -> [Int]? {
    if let step = laneStep(of: atom) { return (0..<lanes).map { $0 * step } }
    switch atom {
    case .floorDivide(let a, let b): return period(of: a, b).map { period in (0..<lanes).map { $0 / period } }
    case .modulo(let a, let b): return period(of: a, b).map { period in (0..<lanes).map { $0 % period } }
    case .symbol, .minimum, .maximum: return nil
    }
  }

  /// The divisor, where it divides the lanes and the dividend is a multiple of it in lane 0 and grows by 1.
  private func period(of dividend: IntegerExpression, _ divisor: IntegerExpression) -> Int? {
    guard let divisor = divisor.constantValue, divisor > 0, lanes % divisor == 0 else { return nil }
    let rest = dividend - IntegerExpression(symbol)
    guard !rest.symbols.contains(symbol), rest.constant % divisor == 0,
      rest.terms.allSatisfy({ $0.coefficient % divisor == 0 })
    else { return nil }
    return divisor
  }

  /// True if `dividend` is a multiple of the lanes in lane 0 and grows by 1, and the divisor is one as well.
  private func isAligned(_ dividend: IntegerExpression, to divisor: IntegerExpression) -> Bool {
    guard let divisor = divisor.constantValue, divisor > 0, divisor % lanes == 0 else { return false }
    let rest = dividend - IntegerExpression(symbol)
    return !rest.symbols.contains(symbol) && rest.constant % lanes == 0
      && rest.terms.allSatisfy { $0.coefficient % lanes == 0 }
  }
}
