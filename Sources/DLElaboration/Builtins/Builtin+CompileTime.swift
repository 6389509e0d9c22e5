import DLGraph

extension Builtin {
  static let compileTime: [Builtin] = [
    Builtin(
      "len", "list", "The number of elements of a list or tuple; of a tensor the extent of its first axis."
    ) { call in
      if case .tensor(let tensor) = call.value("list"), let extent = tensor.shape.first {
        return .integer(extent)
      }
      return .integer(try call.elements("list").count)
    },
    Builtin("range", "start, stop: nil, step: 1", "The integers from start, or 0, up to stop.") { call in
      let hasStop = !call.value("stop").isNull
      let start = hasStop ? try call.integer("start") : 0
      let stop = try call.integer(hasStop ? "stop" : "start")
      let step = try call.constant("step", default: 1)
      if step == 1 { return .range(lower: start, upper: stop) }
      guard step != 0 else { throw call.failure(.zeroStep(at: call.range(of: "step"))) }
      let (first, last) = (
        try call.constant(.integer(start), at: call.range), try call.constant(.integer(stop), at: call.range)
      )
      guard (last - first) / step <= Budget.maximumIterations else {
        throw call.failure(.tooManyIterations(at: call.range))
      }
      return .list(stride(from: first, to: last, by: step).map { .integer($0) })
    },
    Builtin("map", "list, function", "The results of a function on each element.") { call in
      .list(
        try call.elaborator.all(call.elements("list")) { element in
          try call.elaborator.countIteration(at: call.range)
          return try apply(call.value("function"), [element], call)
        })
    },
    Builtin("filter", "list, function", "The elements for which a function is true.") { call in
      .list(
        try call.elements("list").filter { element in
          guard case .boolean(let isKept) = try apply(call.value("function"), [element], call) else {
            throw call.expected("a function that gives a Bool", "function")
          }
          return isKept
        })
    },
    Builtin("reduce", "list, initial, function", "A function of the result so far and each element in turn.")
    { call in
      try call.elements("list").reduce(call.value("initial")) {
        try apply(call.value("function"), [$0, $1], call)
      }
    },
    Builtin("enumerate", "list", "The elements with their positions: a list of (position, element).") {
      call in
      .list(try call.elements("list").enumerated().map { .tuple([.integer($0), $1]) })
    },
    Builtin("zip", "first, second", "Pairs of the elements of two lists of one length.") { call in
      let (first, second) = (try call.elements("first"), try call.elements("second"))
      guard first.count == second.count else {
        throw call.failure(.unequalLists(first.count, second.count, at: call.range))
      }
      return .list(zip(first, second).map { .tuple([$0, $1]) })
    },
    Builtin("reversed", "list", "The elements from last to first.") { call in
      .list(try call.elements("list").reversed())
    },
    Builtin("ints", "value, count: 1", "A list of integers: the value itself, or an integer repeated.") {
      call in
      if let elements = call.value("value").elements { return .list(elements) }
      return .list(
        Array(
          repeating: .integer(try call.integer("value")),
          count: try call.count("count", default: 1)))
    },
    Builtin("int", "x", "A number without its fraction, or a Bool as 0 or 1.") { call in
      switch call.value("x") {
      case .integer: return call.value("x")
      case .boolean(let value): return .integer(value ? 1 : 0)
      case .float(let value) where abs(value) < 0x1p62: return .integer(Int(value))
      default: throw call.expected("a number", "x")
      }
    },
    Builtin("float", "x", "A number as a Float.") { call in
      guard let value = call.value("x").constantFloat else {
        throw call.expected("a number known at compile time", "x")
      }
      return .float(value)
    },
    Builtin("string", "x", "A value as text.") { call in
      if case .string = call.value("x") { return call.value("x") }
      return .string(call.value("x").description)
    },
    Builtin(
      "named", "name, layer",
      "The layer, whose name in paths is this one instead of that of the member, and of the position, that holds it."
    ) { call in
      guard case .layer(let instance) = call.value("layer"), instance.path == nil else {
        throw call.expected("a layer that no member holds", "layer")
      }
      instance.givenName = try call.string("name")
      return .layer(instance)
    },
    Builtin("is_list", "value", "Whether a value is a list or a tuple.") { call in
      switch call.value("value") {
      case .list, .tuple: return .boolean(true)
      default: return .boolean(false)
      }
    },
    Builtin("ends_with", "text, suffix", "Whether a text ends with another.") { call in
      .boolean(try call.string("text").hasSuffix(try call.string("suffix")))
    },
    Builtin("error", "message", "Refuses the model with a message of its author.") { call in
      throw call.failure(.userError(try call.string("message"), at: call.range))
    },
  ]

  private static func apply(_ function: Value, _ arguments: [Value], _ call: BuiltinCall) throws -> Value {
    let values = arguments.map { ArgumentValue(label: nil, value: $0, range: call.range) }
    return try call.elaborator.call(
      function, values, at: call.range, calleeRange: call.range(of: "function"))
  }
}
