import DLGraph
import DLOperations

extension Builtin {
  static let elementwise: [Builtin] =
    [
      unary(.abs, "the magnitude"), unary(.sign, "-1, 0 or 1"), unary(.exp, "e to the power of x"),
      unary(.expm1, "exp(x) - 1, exact near 0"), unary(.log, "the natural logarithm"),
      unary(.log1p, "log(1 + x), exact near 0"), unary(.sqrt, "the square root"),
      unary(.rsqrt, "1 / sqrt(x)"),
      unary(.sin, "the sine"), unary(.cos, "the cosine"), unary(.tan, "the tangent"),
      unary(.tanh, "the hyperbolic tangent"), unary(.sigmoid, "1 / (1 + exp(-x))"),
      unary(.erf, "the error function"),
      unary(.floor, "the greatest integer not above x"), unary(.ceil, "the least integer not below x"),
      unary(.round, "the nearest integer, halves to the even one"),
    ] + [
      binary("minimum", .minimum, "The smaller of two elements; NaN where either is."),
      binary("maximum", .maximum, "The larger of two elements; NaN where either is."),
      binary("atan2", .atan2, "The angle of the point (b, a)."),
      binary("pow", .power, "a to the power of b."),
      binary("remainder", .remainder, "a - floor(a / b) * b."),
      binary("floor_divide", .divide, "The quotient rounded down; integers stay integers."),
      Builtin("where", "condition, a, b", "Elements of a where the condition holds, else of b.") { call in
        let elaborator = call.elaborator
        let condition = try call.tensor("condition")
        guard condition.elementType == .bool else { throw call.expected("a bool tensor", "condition") }
        let (a, b) = try call.operands("a", "b")
        let shape = try elaborator.commonShape(condition.type, a.type) { axis in
          .incompatibleShapes(
            condition.type, a.type, axis: axis,
            of: OperatorSite(
              name: "where", range: call.range, leftRange: call.range(of: "condition"),
              rightRange: call.range(of: "a")))
        }
        return .tensor(
          try elaborator.emit(
            Select(), elaborator.broadcast(condition, to: shape), elaborator.broadcast(a, to: shape),
            elaborator.broadcast(b, to: shape)))
      },
      Builtin("clamp", "x, min: nil, max: nil", "x within bounds.") { call in
        var result = call.value("x")
        for (name, function) in [("min", BinaryFunction.maximum), ("max", .minimum)]
        where !call.value(name).isNull {
          let site = OperatorSite(
            name: "clamp", range: call.range, leftRange: call.range(of: "x"), rightRange: call.range(of: name)
          )
          let (x, bound) = try call.elaborator.operands(result, call.value(name), of: site)
          result = .tensor(try call.elaborator.emit(Binary(function), x, bound))
        }
        return result
      },
      Builtin("cast", "x, type", "x in another element type.") { call in
        guard let type = try call.elementType("type") else { throw call.expected("an element type", "type") }
        return .tensor(try call.elaborator.convert(try call.tensor("x"), to: type))
      },
    ]

  /// A function of one tensor, which on numbers of compile time gives a number.
  private static func unary(_ function: UnaryFunction, _ what: String) -> Builtin {
    let name = function.rawValue
    return Builtin(name, "x", "Element-wise: \(what).") { call in
      let value = call.value("x")
      if case .integer(let integer) = value, function == .abs || function.roundsToInteger {
        return .integer(function == .abs ? .max(integer, -integer) : integer)
      }
      if let number = value.constantFloat, let scalarFunction = Elaborator.scalarFunctions[name] {
        return .float(scalarFunction(number))
      }
      var x = try call.tensor("x")
      if !function.accepts(x.elementType), x.elementType.isInteger {
        x = try call.elaborator.convert(x, to: .f32)
      }
      guard function.accepts(x.elementType) else {
        throw call.failure(.functionRefusesElement(name, x.type, at: call.range(of: "x")))
      }
      return .tensor(try call.elaborator.emit(Unary(function), x))
    }
  }

  private static func binary(_ name: String, _ function: BinaryFunction, _ summary: String) -> Builtin {
    Builtin(name, "a, b", summary) { call in
      let (a, b) = (call.value("a"), call.value("b"))
      if !a.isTensor, !b.isTensor, let result = try numbers(function, a, b, call) { return result }
      let (x, y) = try call.operands("a", "b")
      guard function.accepts(x.elementType) else {
        throw call.failure(.functionRefusesElement(name, x.type, at: call.range(of: "a")))
      }
      return .tensor(try call.elaborator.emit(Binary(function), x, y))
    }
  }

  /// The function of two numbers of compile time.
  private static func numbers(_ function: BinaryFunction, _ a: Value, _ b: Value, _ call: BuiltinCall) throws
    -> Value?
  {
    let site = OperatorSite(
      name: call.builtin.name, range: call.range, leftRange: call.range(of: "a"),
      rightRange: call.range(of: "b"))
    switch function {
    case .minimum, .maximum: return try Builtin.extreme([a, b], isMaximum: function == .maximum, call)
    case .power: return try call.elaborator.compileTimeResult(.power, a, b, at: site)
    case .remainder: return try call.elaborator.compileTimeResult(.remainder, a, b, at: site)
    case .divide:
      guard case .integer = a, case .integer = b else { return nil }
      return try call.elaborator.compileTimeResult(.divide, a, b, at: site)
    default: return nil
    }
  }

  /// The least or greatest of numbers.
  static func extreme(_ values: [Value], isMaximum: Bool, _ call: BuiltinCall) throws -> Value {
    guard var best = values.first else { throw call.expected("a list with elements", "x") }
    for value in values.dropFirst() {
      if case .integer(let x) = best, case .integer(let y) = value {
        best = .integer(isMaximum ? .max(x, y) : .min(x, y))
      } else if let x = best.constantFloat, let y = value.constantFloat {
        best = .float(isMaximum ? Swift.max(x, y) : Swift.min(x, y))
      } else {
        throw call.failure(.expectedKind("numbers", found: value, at: call.range))
      }
    }
    return best
  }
}

extension UnaryFunction {
  fileprivate var roundsToInteger: Bool { self == .floor || self == .ceil || self == .round }
}
