internal import CLLVM
import DLGraph
import DLLoops

extension KernelEmitter {
  /// Where the lanes of an access go.
  enum Index {
    /// All to one element, `base + offset`.
    case uniform(IRValue, offset: Int)
    /// To consecutive elements; `base + offset` is that of lane 0.
    case consecutive(IRValue, offset: Int)
    /// To elements at known distances from `base + offset`, one per lane.
    case scattered(IRValue, offset: Int, distances: [Int])
    /// An i64 per lane.
    case lanes(IRValue)
  }

  /// Analyzes and writes an index expression. The constant part stays apart, for the addressing mode.
  func index(_ expression: IntegerExpression) -> Index {
    let expression = resolvingConstants(expression)
    let varying = expression.symbols.filter { symbol in
      switch scope.values[symbol] {
      case .lanes, .consecutive: true
      default: false
      }
    }
    let base = expression - IntegerExpression(expression.constant)
    let offset = expression.constant
    if varying.isEmpty { return .uniform(scalarValue(base), offset: offset) }
    if let vector, varying == [vector.symbol] {
      switch vector.laneStep(of: expression) {
      case 0: return .uniform(scalarValue(base), offset: offset)
      case 1: return .consecutive(scalarValue(base), offset: offset)
      default: break
      }
      if let distances = vector.laneOffsets(of: expression) {
        return .scattered(scalarValue(base), offset: offset, distances: distances)
      }
    }
    return .lanes(laneValues(expression))
  }

  /// An index expression as a value: an i64, or one per lane.
  func indexValue(_ expression: IntegerExpression) -> IRValue {
    switch index(expression) {
    case .uniform(let base, let offset): return ir.add(base, ir.int(offset))
    case .consecutive(let base, let offset): return consecutive(ir.add(base, ir.int(offset)))
    case .scattered(let base, let offset, let distances): return scattered(base, offset, distances)
    case .lanes(let values): return values
    }
  }

  /// An i64 per lane, at known distances from the first.
  func scattered(_ base: IRValue, _ offset: Int, _ distances: [Int]) -> IRValue {
    let start = ir.broadcast(ir.add(base, ir.int(offset)), distances.count)
    return ir.add(start, ir.constantVector(distances.map { ir.int($0) }))
  }

  /// The expression with the indices of unrolled loops replaced by their values.
  func resolvingConstants(_ expression: IntegerExpression) -> IntegerExpression {
    var constants: [Symbol: IntegerExpression] = [:]
    for symbol in expression.symbols {
      if case .constant(let value) = scope.values[symbol] { constants[symbol] = IntegerExpression(value) }
    }
    return expression.substituting(constants)
  }

  /// The value where each lane's index is that of lane 0.
  private func scalarValue(_ expression: IntegerExpression) -> IRValue {
    ir.evaluate(expression, { self.scalar($0) }, depth: { self.scope.depths[$0] ?? 0 })
  }

  private func laneValues(_ expression: IntegerExpression) -> IRValue {
    let value = ir.evaluate(expression, { self.perLane($0) }, depth: { self.scope.depths[$0] ?? 0 })
    return ir.broadcast(value, vector?.lanes ?? 1)
  }

  private func scalar(_ symbol: Symbol) -> IRValue {
    switch scope.values[symbol]! {
    case .constant(let value): ir.int(value)
    case .scalar(let value), .consecutive(let value): value
    case .lanes(let values): values
    }
  }

  private func perLane(_ symbol: Symbol) -> IRValue {
    switch scope.values[symbol]! {
    case .constant(let value): ir.int(value)
    case .scalar(let value), .lanes(let value): value
    case .consecutive(let first): consecutive(first)
    }
  }

  /// `first`, `first + 1`, … one per lane.
  private func consecutive(_ first: IRValue) -> IRValue {
    let lanes = vector?.lanes ?? 1
    return lanes == 1 ? first : ir.add(ir.broadcast(first, lanes), ir.iota(lanes, ir.i64))
  }
}
