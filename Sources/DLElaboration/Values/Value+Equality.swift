import DLGraph

extension Value {
  /// Whether two values of compile time are equal; nil where it depends on an open dimension or on tensor elements.
  func isEqual(to other: Value) -> Bool? {
    switch (self, other) {
    case (.integer(let a), .integer(let b)):
      let difference = a - b
      if difference == 0 { return true }
      if difference.isProvably(atLeast: 1) || (b - a).isProvably(atLeast: 1) { return false }
      return nil
    case (.float(let a), .float(let b)): return a == b
    case (.integer(let a), .float(let b)), (.float(let b), .integer(let a)):
      return a.constantValue.map { Double($0) == b }
    case (.boolean(let a), .boolean(let b)): return a == b
    case (.string(let a), .string(let b)): return a == b
    case (.null, .null): return true
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)): return Self.areEqual(a, b)
    case (.range(let a, let b), .range(let c, let d)):
      return Self.areEqual([.integer(a), .integer(b)], [.integer(c), .integer(d)])
    case (.layer(let a), .layer(let b)): return a === b
    case (.callable(.elementType(let a)), .callable(.elementType(let b))): return a == b
    default: return false
    }
  }

  private static func areEqual(_ a: [Value], _ b: [Value]) -> Bool? {
    guard a.count == b.count else { return false }
    var answer: Bool? = true
    for (x, y) in zip(a, b) {
      switch x.isEqual(to: y) {
      case false: return false
      case nil: answer = nil
      default: break
      }
    }
    return answer
  }
}
