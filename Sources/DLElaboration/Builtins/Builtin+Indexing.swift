import DLGraph
import DLOperations

extension Builtin {
  static let indexing: [Builtin] = [
    Builtin("take", "x, indices, axis: 0", "The slices of x at the indices of an axis, which they replace.") {
      call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank, default: 0)
      return .tensor(try call.elaborator.emit(Gather(axis: axis), x, indices("indices", call)))
    },
    Builtin(
      "gather", "x, axis, indices",
      "For each element of the indices, the element of x at that position of the axis."
    ) { call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank)
      return .tensor(try call.elaborator.emit(GatherElements(axis: axis), x, indices("indices", call)))
    },
    Builtin(
      "scatter", "x, axis, indices, updates, reduce: \"update\"",
      "x with the slices at the indices of an axis replaced, or combined by sum, product, minimum or maximum."
    ) { call in
      let (x, axis, function) = try scatterArguments(call)
      return .tensor(
        try call.elaborator.emit(
          Scatter(function, axis: axis), x, indices("indices", call), call.tensor("updates")))
    },
    Builtin(
      "scatter_elements", "x, axis, indices, updates, reduce: \"update\"",
      "x with single elements replaced or combined at positions of an axis."
    ) { call in
      let (x, axis, function) = try scatterArguments(call)
      return .tensor(
        try call.elaborator.emit(
          ScatterElements(function, axis: axis), x, indices("indices", call), call.tensor("updates")))
    },
    Builtin(
      "dynamic_slice", "x, starts, extents",
      "A block of x whose corner is computed when the model runs; it is moved to fit."
    ) { call in
      let x = try call.tensor("x")
      let extents = try call.extents(call.dimensions("extents"))
      return .tensor(try call.elaborator.emit(DynamicSlice(extents: extents), x, starts(of: x, call)))
    },
    Builtin(
      "dynamic_update", "x, update, starts",
      "x with a block written at a corner that is computed when the model runs."
    ) { call in
      let x = try call.tensor("x")
      return .tensor(
        try call.elaborator.emit(DynamicUpdateSlice(), x, call.tensor("update"), starts(of: x, call)))
    },
  ]

  private static func indices(_ name: String, _ call: BuiltinCall) throws -> Tensor {
    let indices = try call.tensor(name)
    guard indices.elementType == .i64 || indices.elementType == .i32 else {
      throw call.failure(.indexElementType(indices.type, at: call.range(of: name)))
    }
    return indices
  }

  /// The corner of a block: one `i64` tensor, or a list of integers and scalar tensors.
  private static func starts(of x: Tensor, _ call: BuiltinCall) throws -> Tensor {
    let elaborator = call.elaborator
    guard let elements = call.value("starts").elements else {
      return try elaborator.convert(call.tensor("starts"), to: .i64)
    }
    guard elements.count == x.rank else {
      throw call.failure(
        .wrongAxisCount("starts", expected: x.rank, found: elements.count, at: call.range(of: "starts")))
    }
    if elements.isEmpty { return try elaborator.emit(Iota(type: TensorType(.i64, [0]), axis: 0)) }
    let scalars = try elements.map { element in
      let scalar = try elaborator.tensor(element, at: call.range(of: "starts"))
      return try elaborator.convert(scalar, to: .i64)
    }
    return try elaborator.stack(scalars, axis: 0)
  }

  private static func scatterArguments(_ call: BuiltinCall) throws -> (Tensor, Int, ScatterFunction) {
    let x = try call.tensor("x")
    let axis = try call.axis("axis", rank: x.rank)
    let name = call.value("reduce").isNull ? "update" : try call.string("reduce")
    guard let function = ScatterFunction(rawValue: name) else {
      let choices = ScatterFunction.allCases.map(\.rawValue)
      throw call.failure(.unknownChoice(name, choices: choices, at: call.range(of: "reduce")))
    }
    return (x, axis, function)
  }
}
