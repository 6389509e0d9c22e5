import DLGraph

/// A nested list of numbers that are known at compile time: the rows of a constant tensor.
struct NumberTable {
  let shape: [Int]
  /// The numbers in row-major order.
  let numbers: [Value]

  /// Nil where the rows differ in length, or something else than a constant number lies in them.
  init?(_ value: Value) {
    guard case .list(let elements) = value else {
      guard value.constantFloat != nil || value.constantInteger != nil else { return nil }
      shape = []
      numbers = [value]
      return
    }
    var rows: [NumberTable] = []
    for element in elements {
      guard let row = NumberTable(element), row.shape == rows.first?.shape ?? row.shape else { return nil }
      rows.append(row)
    }
    shape = [elements.count] + (rows.first?.shape ?? [])
    numbers = rows.flatMap(\.numbers)
  }

  /// `f32` where a float is among the numbers, `bool` where all are bools, `i64` else and for no numbers.
  var elementType: ElementType {
    var hasOnlyBools = !numbers.isEmpty
    for number in numbers {
      if case .float = number { return .f32 }
      if case .boolean = number { continue }
      hasOnlyBools = false
    }
    return hasOnlyBools ? .bool : .i64
  }
}

extension Value {
  /// The integer, or the bool as 0 or 1; nil for anything else and for an open dimension.
  var constantInteger: Int? {
    switch self {
    case .integer(let value): value.constantValue
    case .boolean(let value): value ? 1 : 0
    default: nil
    }
  }
}
