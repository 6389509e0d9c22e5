import DLGraph
import DLOperations

extension Builtin {
  static let ordering: [Builtin] = [
    Builtin(
      "sort", "x, axis: -1, descending: false",
      "The elements of an axis in order, and the positions they had."
    ) { call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank, default: -1)
      let operation = Sort(axis: axis, descending: try call.boolean("descending", default: false))
      return .tuple(try call.elaborator.emit(operation, [x]).map { .tensor($0) })
    },
    Builtin(
      "topk", "x, count, axis: -1, largest: true",
      "The greatest or least elements of an axis in order, and their positions."
    ) { call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank, default: -1)
      let operation = TopK(
        count: try call.constant("count"), axis: axis, largest: try call.boolean("largest", default: true))
      return .tuple(try call.elaborator.emit(operation, [x]).map { .tensor($0) })
    },
    cumulative("cumsum", .sum, "sum"), cumulative("cumprod", .product, "product"),
    cumulative("cummax", .maximum, "maximum"), cumulative("cummin", .minimum, "minimum"),
  ]

  private static func cumulative(_ name: String, _ function: ReductionFunction, _ what: String) -> Builtin {
    Builtin(
      name, "x, axis, reverse: false", "The \(what) of the elements of an axis up to and including each."
    ) { call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank)
      let operation = Cumulative(function, axis: axis, reverse: try call.boolean("reverse", default: false))
      return .tensor(try call.elaborator.emit(operation, x))
    }
  }
}
