import DLGraph
import DLOperations

/// Finds the values of open dimensions from the shapes of the inputs, and checks the inputs against their types.
struct SymbolBinding {
  private(set) var values: [Symbol: Int]
  /// Where a value comes from, for messages.
  private var origins: [Symbol: String] = [:]

  init(_ values: [Symbol: Int]) { self.values = values }

  /// Binds the symbols of a graph's inputs.
  ///
  /// - Throws: `EvaluationError` where number, element type, rank or an extent of the inputs doesn't fit.
  mutating func bind(_ graph: Graph, to inputs: [Literal]) throws(EvaluationError) {
    if inputs.count != graph.inputs.count {
      let names = graph.inputs.map(\.name).joined(separator: ", ")
      throw EvaluationError(
        "\(graph.name) takes \(graph.inputs.count) inputs (\(names)), but is given \(inputs.count)")
    }
    for (input, literal) in zip(graph.inputs, inputs) {
      try bind(input.name, graph.type(of: input.value), to: literal)
    }
    // Extents that are more than a symbol can be checked once every symbol has its value.
    for (input, literal) in zip(graph.inputs, inputs) {
      try check(input.name, graph.type(of: input.value), against: literal)
    }
    try checkBounds()
  }

  private mutating func bind(
    _ name: String, _ type: TensorType, to literal: Literal
  ) throws(EvaluationError) {
    if literal.elementType != type.elementType || literal.shape.count != type.rank {
      throw EvaluationError("the input \(name) is \(type), but \(literal.type) is given")
    }
    for (axis, extent) in literal.shape.enumerated() {
      guard let symbol = type.shape[axis].symbol else { continue }
      let origin = "axis \(axis) of \(name)"
      if let value = values[symbol], value != extent {
        let other = origins[symbol] ?? "what is said"
        throw EvaluationError("\(symbol.name) is \(value) by \(other), but \(extent) by \(origin)")
      }
      values[symbol] = extent
      if origins[symbol] == nil { origins[symbol] = origin }
    }
  }

  private func check(_ name: String, _ type: TensorType, against literal: Literal) throws(EvaluationError) {
    for (axis, extent) in literal.shape.enumerated() {
      guard let expected = type.shape[axis].evaluate({ values[$0] }) else {
        throw EvaluationError("\(type.shape[axis]), axis \(axis) of the input \(name), has no value")
      }
      if expected != extent {
        let meaning =
          type.shape[axis].constantValue == nil ? "\(type.shape[axis]) = \(expected)" : "\(expected)"
        throw EvaluationError(
          "the input \(name) is \(type), but \(literal.type) is given: axis \(axis) is \(meaning) and \(extent)"
        )
      }
    }
  }

  private func checkBounds() throws(EvaluationError) {
    for (symbol, value) in values.sorted(by: { $0.key.name < $1.key.name }) {
      let origin = origins[symbol].map { " by \($0)" } ?? ""
      if value < symbol.lower {
        throw EvaluationError("\(symbol.name) is \(value)\(origin), but at least \(symbol.lower)")
      }
      if let upper = symbol.upper?.evaluate({ values[$0] }), value > upper {
        throw EvaluationError("\(symbol.name) is \(value)\(origin), but at most \(upper)")
      }
    }
  }
}
