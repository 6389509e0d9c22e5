import DLGraph
import DLSyntax

/// A slice of an axis with its bounds worked out: elements `start + i * step` for `i` below `extent`.
struct ResolvedSlice {
  let start: Dimension
  let extent: Dimension
  let step: Int
}

extension Elaborator {
  /// The slice of an axis of some extent, with Python's rules: negative bounds count from the end, others are clamped.
  func resolve(_ slice: DLSyntax.Slice, extent: Dimension, in scope: Scope) throws -> ResolvedSlice {
    let step = try slice.step.map { try constant($0, in: scope) } ?? 1
    guard step != 0 else { throw failure(.zeroStep(at: slice.step?.range ?? slice.range)) }
    let start = try bound(slice.start, extent: extent, isReversed: step < 0, in: scope)
    let stop = try bound(slice.stop, extent: extent, isReversed: step < 0, in: scope)
    if step > 0 {
      let first = start ?? 0
      let span = (stop ?? extent) - first
      let count = (span + Dimension(step - 1)).floorDivided(by: Dimension(step))
      return ResolvedSlice(start: first, extent: .max(count, 0), step: step)
    }
    let first = start ?? extent - 1
    let span = first - (stop ?? -1)
    let count = (span + Dimension(-step - 1)).floorDivided(by: Dimension(-step))
    return ResolvedSlice(start: first, extent: .max(count, 0), step: step)
  }

  private func bound(
    _ expression: Expression?, extent: Dimension, isReversed: Bool, in scope: Scope
  ) throws -> Dimension? {
    guard let expression else { return nil }
    let value = try evaluate(expression, in: scope)
    switch value {
    case .null: return nil
    case .tensor: throw failure(.tensorInSlice(at: expression.range))
    case .integer(let position):
      let isNegative = (-1 - position).isProvably(atLeast: 0)
      let resolved = isNegative ? extent + position : position
      return isReversed
        ? .max(.min(resolved, extent - 1), -1)
        : .max(.min(resolved, extent), 0)
    default: throw failure(.expectedKind("an Int", found: value, at: expression.range))
    }
  }

  /// The value of an expression that must be an integer known at compile time.
  func constant(_ expression: Expression, in scope: Scope) throws -> Int {
    let value = try integer(expression, in: scope)
    return try constant(value, at: expression.range)
  }

  /// An integer that must be known at compile time and of a sensible size, so that arithmetic on it can't overflow.
  func constant(_ value: IntegerExpression, at range: SourceRange) throws -> Int {
    guard let constant = value.constantValue else {
      throw failure(.openDimension(.integer(value), at: range))
    }
    guard constant.magnitude <= Budget.maximumMagnitude else { throw failure(.tooLarge(constant, at: range)) }
    return constant
  }
}
