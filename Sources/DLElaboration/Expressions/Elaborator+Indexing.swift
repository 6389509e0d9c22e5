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
      guard plan.gather == nil else { throw failure(.secondIndexTensor(at: range)) }
      plan.gather(indices)
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
    if let (axis, indices) = plan.gather {
      result = try emit(Gather(axis: axis), result, indices)
    }
    return try reshape(result, plan.shape)
  }
}

/// What an index expression does to each axis of a tensor.
private struct IndexPlan {
  private let type: TensorType
  /// The next axis to speak of.
  private(set) var axis = 0
  private(set) var starts: [Dimension] = []
  private(set) var extents: [Dimension] = []
  private(set) var steps: [Int] = []
  /// The shape of the result.
  private(set) var shape: [Dimension] = []
  /// The axis that is indexed by a tensor.
  private(set) var gather: (axis: Int, indices: Tensor)?

  init(_ type: TensorType) { self.type = type }

  var nextExtent: Dimension { axis < type.rank ? type.shape[axis] : 0 }

  mutating func keep() { slice(ResolvedSlice(start: 0, extent: nextExtent, step: 1)) }

  mutating func slice(_ slice: ResolvedSlice) {
    take(slice)
    shape.append(slice.extent)
  }

  /// One element of the axis, which vanishes.
  mutating func pick(_ position: Dimension) { take(ResolvedSlice(start: position, extent: 1, step: 1)) }

  mutating func insertAxis() { shape.append(1) }

  mutating func gather(_ indices: Tensor) {
    gather = (axis, indices)
    take(ResolvedSlice(start: 0, extent: nextExtent, step: 1))
    shape += indices.shape
  }

  private mutating func take(_ slice: ResolvedSlice) {
    starts.append(slice.start)
    extents.append(slice.extent)
    steps.append(slice.step)
    axis += 1
  }

  func isSlicing(_ type: TensorType) -> Bool {
    extents != type.shape || starts.contains { $0 != 0 } || steps.contains { $0 != 1 }
  }
}
