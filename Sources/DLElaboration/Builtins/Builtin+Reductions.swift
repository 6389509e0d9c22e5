import DLGraph
import DLOperations

extension Builtin {
  static let reductions: [Builtin] = [
    Builtin("sum", "x, axis: nil, keepdims: false", "The sum over an axis, a list of axes, or all of them.") {
      call in
      if let elements = call.value("x").elements, !call.value("x").holdsTensor {
        return try numberSum(elements, call)
      }
      var x = try call.tensor("x")
      if x.elementType == .bool { x = try call.elaborator.convert(x, to: .i64) }
      return try reduce(.sum, x, call)
    },
    Builtin("prod", "x, axis: nil, keepdims: false", "The product over axes.") { call in
      try reduce(.product, try call.tensor("x"), call)
    },
    Builtin("mean", "x, axis: nil, keepdims: false", "The mean over axes.") { call in
      .tensor(try widened(call) { try mean($0, call) })
    },
    Builtin(
      "variance", "x, axis: nil, keepdims: false, correction: 1",
      "The variance over axes, the squared deviations divided by the count less the correction."
    ) { call in
      .tensor(try widened(call) { try variance($0, call) })
    },
    Builtin(
      "std", "x, axis: nil, keepdims: false, correction: 1",
      "The standard deviation: the root of the variance."
    ) { call in
      .tensor(try widened(call) { try call.elaborator.emit(Unary(.sqrt), variance($0, call)) })
    },
    extremum("max", .maximum, "greatest"), extremum("min", .minimum, "least"),
    Builtin("any", "x, axis: nil, keepdims: false", "Whether any element over axes is true.") { call in
      try reduceBool(.any, call)
    },
    Builtin("all", "x, axis: nil, keepdims: false", "Whether all elements over axes are true.") { call in
      try reduceBool(.all, call)
    },
    Builtin(
      "logsumexp", "x, axis: nil, keepdims: false", "log(sum(exp(x))) over axes, without overflow."
    ) { call in
      .tensor(try widened(call) { try logSumExp($0, call) })
    },
    position("argmax", .maximum, "greatest"), position("argmin", .minimum, "least"),
  ]

  private static func extremum(_ name: String, _ function: ReductionFunction, _ what: String) -> Builtin {
    Builtin(
      name, "x, others..., axis: nil, keepdims: false",
      "The \(what) element over axes; of numbers, or a list of numbers, the \(what) one."
    ) { call in
      let x = call.value("x")
      let others = call.rest.map(\.value)
      if !x.isTensor, !others.contains(where: \.isTensor) {
        return try extreme((x.elements ?? [x]) + others, isMaximum: function == .maximum, call)
      }
      if let other = call.rest.first {
        throw call.failure(.extremumOfTwoTensors(name, at: other.range))
      }
      return try reduce(function, try call.tensor("x"), call)
    }
  }

  private static func position(_ name: String, _ function: ReductionFunction, _ what: String) -> Builtin {
    Builtin(
      name, "x, axis: nil, keepdims: false",
      "The position along an axis of the \(what) element, the first of equals; over all elements without an axis."
    ) { call in
      let x = try call.tensor("x")
      if call.value("axis").isNull {
        let flat = try call.elaborator.reshape(x, [x.type.count])
        return .tensor(try call.elaborator.emit(ArgReduce(function, axis: 0), flat))
      }
      let axis = try call.axis("axis", rank: x.rank)
      let result = try call.elaborator.emit(ArgReduce(function, axis: axis), x)
      return .tensor(try restoring([axis], of: x, result, call))
    }
  }

  /// What `compute` gives for `x` as floats wide enough to sum in, in the element type of `x`; integers give `f32`.
  private static func widened(_ call: BuiltinCall, _ compute: (Tensor) throws -> Tensor) throws -> Tensor {
    let x = try call.tensor("x")
    let type: ElementType = x.elementType.isFloatingPoint ? x.elementType : .f32
    return try call.elaborator.convert(compute(call.elaborator.convert(x, to: type.accumulator)), to: type)
  }

  private static func reduce(_ function: ReductionFunction, _ x: Tensor, _ call: BuiltinCall) throws -> Value
  {
    let axes = try call.axes("axis", rank: x.rank)
    return .tensor(try restoring(axes, of: x, reduce(function, x, axes, call), call))
  }

  private static func reduce(
    _ function: ReductionFunction, _ x: Tensor, _ axes: [Int], _ call: BuiltinCall
  ) throws -> Tensor {
    axes.isEmpty ? x : try call.elaborator.emit(Reduce(function, axes: axes), x)
  }

  private static func reduceBool(_ function: ReductionFunction, _ call: BuiltinCall) throws -> Value {
    let x = try call.tensor("x")
    guard x.elementType == .bool else { throw call.expected("a bool tensor", "x") }
    return try reduce(function, x, call)
  }

  /// The reduced tensor, with its axes kept at extent 1 where `keepdims` says so.
  private static func restoring(_ axes: [Int], of x: Tensor, _ result: Tensor, _ call: BuiltinCall) throws
    -> Tensor
  {
    try call.boolean("keepdims", default: false) ? keeping(axes, of: x, result, call) : result
  }

  private static func keeping(_ axes: [Int], of x: Tensor, _ result: Tensor, _ call: BuiltinCall) throws
    -> Tensor
  {
    var shape = x.shape
    for axis in axes { shape[axis] = 1 }
    return try call.elaborator.reshape(result, shape)
  }

  private static func mean(_ x: Tensor, _ call: BuiltinCall) throws -> Tensor {
    let axes = try call.axes("axis", rank: x.rank)
    let sum = try restoring(axes, of: x, reduce(.sum, x, axes, call), call)
    return try quotient(sum, count(axes, of: x), call)
  }

  private static func count(_ axes: [Int], of x: Tensor) -> Dimension {
    axes.reduce(1) { $0 * x.shape[$1] }
  }

  private static func quotient(_ x: Tensor, _ count: Dimension, _ call: BuiltinCall) throws -> Tensor {
    let divisor = try call.elaborator.scalar(.integer(count), x.elementType)
    return try call.elaborator.emit(Binary(.divide), x, call.elaborator.broadcast(divisor, to: x.shape))
  }

  private static func variance(_ x: Tensor, _ call: BuiltinCall) throws -> Tensor {
    let elaborator = call.elaborator
    let axes = try call.axes("axis", rank: x.rank)
    let sum = try keeping(axes, of: x, reduce(.sum, x, axes, call), call)
    let mean = try elaborator.broadcast(quotient(sum, count(axes, of: x), call), to: x.shape)
    let deviation = try elaborator.emit(Binary(.subtract), x, mean)
    let square = try elaborator.emit(Binary(.multiply), deviation, deviation)
    let total = try restoring(axes, of: x, reduce(.sum, square, axes, call), call)
    let correction = try call.constant("correction", default: 1)
    return try quotient(total, count(axes, of: x) - Dimension(correction), call)
  }

  private static func logSumExp(_ x: Tensor, _ call: BuiltinCall) throws -> Tensor {
    let elaborator = call.elaborator
    let axes = try call.axes("axis", rank: x.rank)
    let greatest = try keeping(axes, of: x, reduce(.maximum, x, axes, call), call)
    let shifted = try elaborator.emit(Binary(.subtract), x, elaborator.broadcast(greatest, to: x.shape))
    let sum = try keeping(axes, of: x, reduce(.sum, elaborator.emit(Unary(.exp), shifted), axes, call), call)
    let result = try elaborator.emit(Binary(.add), elaborator.emit(Unary(.log), sum), greatest)
    if try call.boolean("keepdims", default: false) { return result }
    let kept = x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] }
    return try elaborator.reshape(result, kept)
  }

  private static func numberSum(_ elements: [Value], _ call: BuiltinCall) throws -> Value {
    let site = OperatorSite(name: "+", range: call.range, leftRange: call.range, rightRange: call.range)
    return try elements.reduce(.integer(0)) { try call.elaborator.compileTimeResult(.add, $0, $1, at: site) }
  }
}
