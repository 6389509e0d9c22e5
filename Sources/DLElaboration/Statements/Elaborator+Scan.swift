import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// The value of `scan pattern in sequence { … }`: what its steps yield, stacked; nil where they yield nothing.
  func value(of expression: ScanExpression, in scope: Scope) throws -> Value {
    let options = try scanOptions(expression.options, in: scope)
    let sequence = try scannedValue(evaluate(expression.sequence, in: scope), at: expression.sequence.range)
    let tensors = sequence.tensors ?? []
    let axis = try scannedAxis(options.axis, of: tensors, at: expression.sequence.range)
    let sequences = try tensors.map { try moving($0, from: axis, to: 0) }
    return try withCarries(of: expression.body, in: scope) { carries in
      let initial = carries.tensors
      let collector = YieldCollector()
      let (body, _) = try inBody("body") { body in
        carries.install(initial.enumerated().map { body.input("carry\($0)", $1.type) })
        let elements = sequences.enumerated().map { index, tensor in
          body.input("element\(index)", TensorType(tensor.elementType, Array(tensor.shape.dropFirst())))
        }
        try scanBody(expression, sequence, elements, collector, in: scope)
        for (index, tensor) in try finalTensors(of: carries, at: expression.body.range).enumerated() {
          body.output("carry\(index)", tensor)
        }
        collector.value = try collector.value.map { try structure($0, at: collector.range) }
        for (index, tensor) in (collector.value?.tensors ?? []).enumerated() {
          body.output("yield\(index)", tensor)
        }
      }
      return {
        self.currentRange = expression.range
        let operation = Scan(
          body: body.graph, carries: initial.count, sequences: sequences.count, reverse: options.reverse)
        let results = try self.emit(operation, initial + sequences + body.captures)
        carries.install(Array(results.prefix(initial.count)))
        return try self.stacked(collector.value, Array(results.dropFirst(initial.count)), axis: axis)
      }
    }
  }

  private func scanBody(
    _ expression: ScanExpression, _ sequence: Value, _ elements: [Tensor], _ collector: YieldCollector,
    in scope: Scope
  ) throws {
    let inner = Scope(in: scope)
    var rest = elements[...]
    try bind(expression.pattern, to: sequence.replacingTensors(with: &rest), in: inner)
    let outer = frames.last?.yields
    if !frames.isEmpty { frames[frames.count - 1].yields = collector }
    defer { if !frames.isEmpty { frames[frames.count - 1].yields = outer } }
    guard case .normal = execute(expression.body.statements, in: inner) else { throw Failure() }
  }

  private func stacked(_ yielded: Value?, _ results: [Tensor], axis: Int) throws -> Value {
    guard let yielded else { return .null }
    var moved = try results.map { try moving($0, from: 0, to: min(axis, $0.rank - 1)) }[...]
    return yielded.replacingTensors(with: &moved)
  }

  private func scannedValue(_ value: Value, at range: SourceRange) throws -> Value {
    if case .range(let lower, let upper) = value {
      let indices = try emit(Iota(type: TensorType(.i64, [.max(upper - lower, 0)]), axis: 0))
      if lower == 0 { return .tensor(indices) }
      let start = try broadcast(try scalar(.integer(lower), .i64), to: indices.shape)
      return .tensor(try emit(Binary(.add), indices, start))
    }
    guard let tensors = value.tensors, !tensors.isEmpty else {
      throw failure(.notScannable(value, at: range))
    }
    return value
  }

  private func scannedAxis(_ axis: Int, of tensors: [Tensor], at range: SourceRange) throws -> Int {
    let rank = tensors.map(\.rank).min() ?? 0
    let resolved = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(resolved) else { throw failure(.axisOutOfRange(axis, rank: rank, at: range)) }
    if let other = tensors.first(where: { $0.shape[resolved] != tensors[0].shape[resolved] }) {
      throw failure(.unequalSequences(tensors[0].type, other.type, axis: resolved, at: range))
    }
    return resolved
  }

  private func scanOptions(_ options: [Argument], in scope: Scope) throws -> (axis: Int, reverse: Bool) {
    var axis = 0
    var reverse = false
    for option in options {
      switch option.label?.name {
      case "axis": axis = try constant(option.value, in: scope)
      case "reverse": reverse = try condition(option.value, in: scope)
      default: throw failure(.unknownScanOption(option))
      }
    }
    return (axis, reverse)
  }

  /// The value with its numbers as scalar tensors.
  func structure(_ value: Value, at range: SourceRange?) throws -> Value {
    switch value {
    case .list(let elements): .list(try elements.map { try structure($0, at: range) })
    case .tuple(let elements): .tuple(try elements.map { try structure($0, at: range) })
    default: .tensor(try tensor(value, at: range))
    }
  }
}
