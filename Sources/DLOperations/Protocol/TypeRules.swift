import DLGraph

// Checks that many type rules share.

extension Operation {
  /// - Throws: where the number of operands is another.
  func requireOperands(_ count: Int, _ operands: [TensorType]) throws(TypeError) {
    if operands.count != count {
      throw TypeError("\(name) takes \(count) operand\(count == 1 ? "" : "s"), not \(operands.count)")
    }
  }

  /// - Throws: where `type` has no such axis.
  func requireAxis(_ axis: Int, of type: TensorType) throws(TypeError) {
    if !type.shape.indices.contains(axis) {
      throw TypeError("\(name) can't work along axis \(axis) of \(type), which has rank \(type.rank)")
    }
  }

  /// - Throws: where the axes are not axes of `type` in strictly ascending order.
  func requireAscendingAxes(_ axes: [Int], of type: TensorType) throws(TypeError) {
    for axis in axes { try requireAxis(axis, of: type) }
    if !zip(axes, axes.dropFirst()).allSatisfy(<) {
      throw TypeError("\(name): the axes \(axes) must ascend, each once")
    }
  }

  /// - Throws: where an attribute that is a list has another number of entries.
  func requireCount<Entry>(
    _ entries: [Entry], _ attribute: String, _ count: Int, _ type: TensorType
  ) throws(TypeError) {
    if entries.count != count {
      throw TypeError("\(name) of \(type) needs \(count) entries in `\(attribute)`, not \(entries.count)")
    }
  }

  /// - Throws: where an entry of an attribute does not lie between `least` and the greatest `i32`, beyond
  ///   which positions could overflow.
  func requireAtLeast(_ least: Int, _ entries: [Int], _ attribute: String) throws(TypeError) {
    let greatest = Int(Int32.max)
    for entry in entries where entry < least || entry > greatest {
      let bound = entry < least ? "at least \(least)" : "at most \(greatest)"
      throw TypeError("\(name): `\(attribute)` must be \(bound), not \(entry)")
    }
  }

  /// - Throws: where two types that must be equal differ.
  func requireEqual(_ a: TensorType, _ b: TensorType) throws(TypeError) {
    if let difference = a.difference(from: b) {
      throw TypeError("can't \(name) \(a) and \(b): \(difference)")
    }
  }
}

extension TensorType {
  /// Why two types differ, for example `axis 1 is 3 and 4`; nil where they don't.
  func difference(from other: TensorType) -> String? {
    if elementType != other.elementType {
      return "the element types are \(elementType) and \(other.elementType)"
    }
    return shapeDifference(from: other)
  }

  /// Why two shapes differ; nil where they don't.
  func shapeDifference(from other: TensorType) -> String? {
    if rank != other.rank { return "the ranks are \(rank) and \(other.rank)" }
    guard let axis = shape.indices.first(where: { shape[$0] != other.shape[$0] }) else { return nil }
    return "axis \(axis) is \(shape[axis]) and \(other.shape[axis])"
  }
}

extension Dimension {
  /// Whether the value is negative whatever the symbols are.
  var isAlwaysNegative: Bool { upperBound.map { $0 < 0 } ?? false }
}
