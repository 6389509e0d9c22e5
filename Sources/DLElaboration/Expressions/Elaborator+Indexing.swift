import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// The value of `base[items]`.
  func value(of expression: IndexExpression, in scope: Scope) throws -> Value {
    let base = try evaluate(expression.base, in: scope)
    currentRange = expression.range
    switch base {
    case .tensor(let tensor): return .tensor(try index(tensor, by: expression, in: scope))
    case .list, .tuple, .range: return try element(of: base, expression, in: scope)
    default: throw failure(.notIndexable(base, at: expression.base.range))
    }
  }

  private func element(of base: Value, _ expression: IndexExpression, in scope: Scope) throws -> Value {
    guard let elements = base.elements, expression.items.count == 1 else {
      throw failure(.notIndexable(base, at: expression.range))
    }
    switch expression.items[0] {
    case .ellipsis(let range): throw failure(.ellipsisInList(at: range))
    case .slice(let slice):
      let bounds = try resolve(slice, extent: Dimension(elements.count), in: scope)
      guard let start = bounds.start.constantValue, let count = bounds.extent.constantValue else {
        throw failure(.openDimension(.integer(bounds.start + bounds.extent), at: slice.range))
      }
      let part = (0..<count).map { elements[start + $0 * bounds.step] }
      if case .tuple = base { return .tuple(part) }
      return .list(part)
    case .expression(let item):
      let position = try integer(item, in: scope)
      let constant = try constant(position, at: item.range)
      let resolved = constant < 0 ? constant + elements.count : constant
      guard elements.indices.contains(resolved) else {
        throw failure(.positionOutOfRange(constant, count: elements.count, at: item.range))
      }
      return elements[resolved]
    }
  }

  /// `tensor[items]` as a slice, then a gather where an item is a tensor, then a reshape for the axes removed and added.
  private func index(_ tensor: Tensor, by expression: IndexExpression, in scope: Scope) throws -> Tensor {
    var plan = IndexPlan(tensor.type)
    let values = try all(expression.items) { item -> Value? in
      guard case .expression(let expression) = item else { return nil }
      return try evaluate(expression, in: scope)
    }
    let consumed = zip(expression.items, values).count { item, value in
      if case .ellipsis = item { false } else { value?.isNull != true }
    }
    guard consumed <= tensor.rank else {
      throw failure(.tooManyIndices(consumed, of: tensor.type, at: expression.range))
    }
    var hasEllipsis = false
    for (item, value) in zip(expression.items, values) {
      switch item {
      case .ellipsis(let range):
        if hasEllipsis { throw failure(.secondEllipsis(at: range)) }
        hasEllipsis = true
        for _ in consumed..<tensor.rank { plan.keep() }
      case .slice(let slice):
        plan.slice(try resolve(slice, extent: plan.nextExtent, in: scope))
      case .expression(let expression):
        try add(value ?? .null, to: &plan, of: tensor, at: expression.range)
      }
    }
    while plan.axis < tensor.rank { plan.keep() }
    return try apply(plan, to: tensor)
  }

  private func add(_ value: Value, to plan: inout IndexPlan, of tensor: Tensor, at range: SourceRange) throws
  {
    switch value {
    case .null: plan.insertAxis()
    case .integer(let position):
      plan.pick(try resolve(position, extent: plan.nextExtent, axis: plan.axis, of: tensor.type, at: range))
    case .tensor, .list:
      let indices = try self.tensor(value, at: range)
      guard indices.elementType == .i64 || indices.elementType == .i32 else {
        throw failure(.indexElementType(indices.type, at: range))
      }
      guard plan.canGather else { throw failure(.separateIndexTensors(at: range)) }
      plan.gather(indices, at: range)
    default: throw failure(.expectedKind("an index", found: value, at: range))
    }
  }

  private func resolve(
    _ position: Dimension, extent: Dimension, axis: Int, of type: TensorType, at range: SourceRange
  ) throws -> Dimension {
    let isNegative = (-1 - position).isProvably(atLeast: 0)
    let resolved = isNegative ? extent + position : position
    if (resolved - extent).isProvably(atLeast: 0) || (-1 - resolved).isProvably(atLeast: 0) {
      throw failure(.indexOutOfRange(position, axis: axis, of: type, at: range))
    }
    guard resolved.isProvably(atLeast: 0), (extent - 1 - resolved).isProvably(atLeast: 0) else {
      throw failure(.indexMayBeOutOfRange(position, axis: axis, of: type, at: range))
    }
    return resolved
  }

  private func apply(_ plan: IndexPlan, to tensor: Tensor) throws -> Tensor {
    var result = tensor
    if plan.isSlicing(tensor.type) {
      result = try emit(Slice(starts: plan.starts, extents: plan.extents, steps: plan.steps), tensor)
    }
    guard let first = plan.gathers.first else { return try reshape(result, plan.shape) }
    let (merged, indices) = try mergeIndexed(plan.gathers, of: result)
    result = try emit(Gather(axis: first.axis), merged, indices)
    return try reshape(result, plan.shape(gathering: indices.shape))
  }
}
