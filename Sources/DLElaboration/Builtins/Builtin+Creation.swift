import DLGraph
import DLOperations

extension Builtin {
  static let creation: [Builtin] = [
    Builtin("zeros", "shape..., type: f32", "A tensor of zeros.") { call in
      .tensor(
        try filled(
          .integer(0), shape: call.extents(call.dimensions(call.rest)), try call.elementType("type") ?? .f32,
          call)
      )
    },
    Builtin("ones", "shape..., type: f32", "A tensor of ones.") { call in
      .tensor(
        try filled(
          .integer(1), shape: call.extents(call.dimensions(call.rest)), try call.elementType("type") ?? .f32,
          call)
      )
    },
    Builtin("full", "shape, value, type: nil", "A tensor of one value; its type is that of the value.") {
      call in
      let value = call.value("value")
      let shape = try call.extents(call.dimensions("shape"))
      if case .tensor(let tensor) = value { return .tensor(try call.elaborator.broadcast(tensor, to: shape)) }
      let natural: ElementType
      switch value {
      case .integer: natural = .i64
      case .boolean: natural = .bool
      default: natural = .f32
      }
      return .tensor(try filled(value, shape: shape, try call.elementType("type") ?? natural, call))
    },
    Builtin("zeros_like", "x", "Zeros in the type of x.") { call in
      let x = try call.tensor("x")
      return .tensor(try filled(.integer(0), shape: x.shape, x.elementType, call))
    },
    Builtin("ones_like", "x", "Ones in the type of x.") { call in
      let x = try call.tensor("x")
      return .tensor(try filled(.integer(1), shape: x.shape, x.elementType, call))
    },
    Builtin("iota", "count, type: i64", "0, 1, 2, … below count.") { call in
      let type = try call.elementType("type") ?? .i64
      return .tensor(
        try call.elaborator.emit(
          Iota(type: TensorType(type, try call.extents([call.integer("count")])), axis: 0)))
    },
    Builtin("arange", "start, stop: nil, step: 1, type: i64", "start, start + step, … below stop.") { call in
      try arange(call)
    },
    Builtin("tensor", "values, type: nil", "The tensor of a number, or of nested lists of numbers.") { call in
      let tensor = try call.tensor("values")
      return .tensor(
        try call.elementType("type").map { try call.elaborator.convert(tensor, to: $0) } ?? tensor)
    },
    Builtin("one_hot", "indices, count, type: f32", "1 at the index and 0 elsewhere, along a new last axis.")
    { call in
      let elaborator = call.elaborator
      let indices = try call.tensor("indices")
      let shape = indices.shape + (try call.extents([call.integer("count")]))
      let positions = try elaborator.emit(
        Iota(type: TensorType(indices.elementType, shape), axis: indices.rank))
      let wide = try elaborator.broadcast(elaborator.reshape(indices, indices.shape + [1]), to: shape)
      let hits = try elaborator.emit(Compare(.equal), wide, positions)
      return .tensor(try elaborator.convert(hits, to: call.elementType("type") ?? .f32))
    },
    triangle("tril", .lessOrEqual, "on and below"), triangle("triu", .greaterOrEqual, "on and above"),
    Builtin(
      "parameter", "name, shape, type: f32, trained: true",
      "A parameter of this layer whose name is computed, such as `weight_ih_l0`."
    ) { call in
      try parameter(call)
    },
  ]

  static func filled(
    _ value: Value, shape: [Dimension], _ type: ElementType, _ call: BuiltinCall
  ) throws -> Tensor {
    try call.elaborator.broadcast(call.elaborator.scalar(value, type), to: shape)
  }

  private static func arange(_ call: BuiltinCall) throws -> Value {
    let elaborator = call.elaborator
    let hasStop = !call.value("stop").isNull
    let start = hasStop ? try call.integer("start") : 0
    let stop = try call.integer(hasStop ? "stop" : "start")
    let step = try call.constant("step", default: 1)
    guard step != 0 else { throw call.failure(.zeroStep(at: call.range(of: "step"))) }
    let span = step > 0 ? stop - start : start - stop
    let count = (span + Dimension(abs(step) - 1)).floorDivided(by: Dimension(abs(step)))
    let type = try call.elementType("type") ?? .i64
    let shape = [Dimension.max(count, 0)]
    var result = try elaborator.emit(Iota(type: TensorType(type, shape), axis: 0))
    if step != 1 {
      let factor = try elaborator.broadcast(elaborator.scalar(.integer(step), type), to: shape)
      result = try elaborator.emit(Binary(.multiply), result, factor)
    }
    if start != 0 {
      let offset = try elaborator.broadcast(elaborator.scalar(.integer(start), type), to: shape)
      result = try elaborator.emit(Binary(.add), result, offset)
    }
    return .tensor(result)
  }

  private static func triangle(_ name: String, _ comparison: Comparison, _ where: String) -> Builtin {
    Builtin(name, "x, diagonal: 0", "The elements \(`where`) a diagonal of the last two axes; 0 elsewhere.") {
      call in
      let elaborator = call.elaborator
      let x = try call.tensor("x")
      guard x.rank >= 2 else { throw call.failure(.axisOutOfRange(-2, rank: x.rank, at: call.range)) }
      let plane = TensorType(.i64, Array(x.shape.suffix(2)))
      let row = try elaborator.emit(Iota(type: plane, axis: 0))
      let column = try elaborator.emit(Iota(type: plane, axis: 1))
      let diagonal = try elaborator.scalar(.integer(call.constant("diagonal", default: 0)), .i64)
      let limit = try elaborator.emit(Binary(.add), row, elaborator.broadcast(diagonal, to: plane.shape))
      let kept = try elaborator.emit(Compare(comparison), column, limit)
      let zeros = try filled(.integer(0), shape: x.shape, x.elementType, call)
      return .tensor(try elaborator.emit(Select(), elaborator.broadcast(kept, to: x.shape), x, zeros))
    }
  }

  private static func parameter(_ call: BuiltinCall) throws -> Value {
    let elaborator = call.elaborator
    guard let instance = elaborator.frames.last(where: { $0.instance != nil })?.instance else {
      throw call.failure(.parameterOutsideLayer(at: call.range))
    }
    let shape = try call.extents(call.dimensions("shape"))
    if let open = shape.first(where: { $0.constantValue == nil }) {
      throw call.failure(.openWeight(open, at: call.range(of: "shape")))
    }
    let isTrained = try call.boolean("trained", default: true)
    let specification = TensorSpecification(
      name: try call.string("name"), kind: isTrained ? .parameter : .buffer,
      type: TensorType(try call.elementType("type") ?? .f32, shape), range: call.range)
    return .tensor(try elaborator.tensor(of: specification, in: instance, at: call.range))
  }
}
