import DLGraph
import DLLoops

/// Finds the index of the least or greatest element along an axis.
public struct ArgReduce: Primitive {
  /// `minimum` or `maximum`.
  public var function: ReductionFunction
  public var axis: Int

  /// - Requires: `function` is `minimum` or `maximum`; the type rule refuses others.
  public init(_ function: ReductionFunction, axis: Int) {
    self.function = function
    self.axis = axis
  }

  public var name: String { "arg_reduce" }

  public var attributes: AttributeList {
    ["function": .string(function.rawValue), "axis": .integer(axis)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(try attributes.choice("function"), axis: try attributes.integer("axis"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["arg_reduce"], form: "arg_reduce(x) {function, axis}",
      summary: """
        The index, an `i64`, of the first least or greatest element along `axis`, which is removed. NaN is both. \
        Along an axis that turns out to be empty the index is 0.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    try requireAxis(axis, of: x)
    if function != .minimum && function != .maximum {
      throw TypeError("arg_reduce finds the minimum or maximum, not the \(function.rawValue)")
    }
    if x.shape[axis] == 0 {
      throw TypeError("arg_reduce finds nothing along the empty axis \(axis) of \(x)")
    }
    var shape = x.shape
    shape.remove(at: axis)
    return [TensorType(.i64, shape)]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    let keys = function == .maximum ? x.orderKeys() : x.reversedOrderKeys()
    let rows = AxisRows(x.shape, axis: axis)
    let indices = rows.starts.map { start in
      var best = 0
      for index in 0..<rows.extent
      where keys[start + index * rows.stride] > keys[start + best * rows.stride] { best = index }
      return best
    }
    var shape = x.shape
    shape.remove(at: axis)
    return [Literal(.i64, shape: shape, elements: indices)]
  }

  public var lowering: Lowering { .whole(self) }
}

extension ArgReduce: WholeOperation {
  public func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    let view = AxisView(inputs[0].type, axis: axis)
    if view.inner == 1 {
      emitAlongRows(inputs[0], outputs[0], view, in: builder)
    } else {
      emitAcrossRows(inputs[0], outputs[0], view, in: builder)
    }
  }

  /// Neighbours lie along the axis: one pass finds the element, another its first index, both with vectors.
  private func emitAlongRows(
    _ x: TensorBuffer, _ result: TensorBuffer, _ view: AxisView, in builder: KernelBuilder
  ) {
    let type = x.type.elementType
    let best = builder.addBuffer("best", type, .local(count: 1))
    let first = builder.addBuffer("first", .i64, .local(count: 1))
    view.gridOfRows(in: builder) { outer, _ in
      builder.store(builder.identity(of: function, type), best, at: 0)
      builder.loop(view.extent, .vector) { index in
        builder.accumulate(function, builder.load(x.buffer, at: view.offset(outer, index, 0)), best, at: 0)
      }
      let found = builder.load(best, at: 0)
      builder.store(builder.index(view.extent), first, at: 0)
      builder.loop(view.extent, .vector) { index in
        let element = builder.load(x.buffer, at: view.offset(outer, index, 0))
        let isEqual = builder.compare(.equal, element, found)
        let isFound = builder.isNaN(element).map { builder.binary(.or, isEqual, $0) } ?? isEqual
        let candidate = builder.select(isFound, builder.index(index), builder.index(view.extent))
        builder.accumulate(.minimum, candidate, first, at: 0)
      }
      builder.store(builder.load(first, at: 0), result.buffer, at: outer)
    }
  }

  /// Neighbours lie across the axis: as many rows as fit go along it together.
  private func emitAcrossRows(
    _ x: TensorBuffer, _ result: TensorBuffer, _ view: AxisView, in builder: KernelBuilder
  ) {
    let type = x.type.elementType
    let width = AxisView.Strip.maximumWidth
    let best = builder.addBuffer("best", type, .local(count: width))
    let found = builder.addBuffer("found", .i64, .local(count: width))
    view.grid(in: builder) { strip in
      strip.forEachElement(in: builder) { _, slot in
        builder.store(builder.identity(of: function, type), best, at: slot)
        builder.store(builder.integer(0, .i64), found, at: slot)
      }
      builder.loop(view.extent) { index in
        strip.forEachElement(in: builder) { inner, slot in
          let element = builder.load(x.buffer, at: view.offset(strip.outer, index, inner))
          let old = builder.load(best, at: slot)
          let isBetter = wins(element, over: old, in: builder)
          builder.store(builder.select(isBetter, element, old), best, at: slot)
          builder.store(
            builder.select(isBetter, builder.index(index), builder.load(found, at: slot)), found, at: slot)
        }
      }
      strip.forEachElement(in: builder) { inner, slot in
        builder.store(
          builder.load(found, at: slot), result.buffer, at: strip.outer * view.inner + inner)
      }
    }
  }

  /// Whether an element takes the place of the best before it: a NaN that of any number, nothing that of a NaN.
  private func wins(_ element: Local, over best: Local, in builder: KernelBuilder) -> Local {
    if builder.type(of: element) == .bool {
      let (element, best) = (builder.convert(element, to: .u8), builder.convert(best, to: .u8))
      return wins(element, over: best, in: builder)
    }
    guard let isNaN = builder.isNaN(best) else {
      return builder.compare(function == .maximum ? .greater : .less, element, best)
    }
    let isNoBetter = builder.compare(function == .maximum ? .lessOrEqual : .greaterOrEqual, element, best)
    return builder.binary(.and, builder.unary(.not, isNoBetter), builder.unary(.not, isNaN))
  }
}
