import DLGraph
import DLLoops
import DLOperations

extension RewriteRule {
  /// Rules about numbers. All hold for NaN and infinities; where they don't hold for the sign of a zero it is said.
  static let arithmetic: [RewriteRule] = [
    RewriteRule("x * 1 ⇒ x, x / 1 ⇒ x, 1 * x ⇒ x", for: Binary.self) { binary, operands, _, graph, _ in
      switch binary.function {
      case .multiply where graph.uniformValue(of: operands[1]) == 1: return [operands[0]]
      case .multiply where graph.uniformValue(of: operands[0]) == 1: return [operands[1]]
      case .divide where graph.uniformValue(of: operands[1]) == 1: return [operands[0]]
      default: return nil
      }
    },
    RewriteRule("x + 0 ⇒ x, 0 + x ⇒ x, x - 0 ⇒ x (-0 + 0 stays -0)", for: Binary.self) {
      binary, operands, _, graph, _ in
      switch binary.function {
      case .add where graph.uniformValue(of: operands[1]) == 0: return [operands[0]]
      case .add where graph.uniformValue(of: operands[0]) == 0: return [operands[1]]
      case .subtract where graph.uniformValue(of: operands[1]) == 0: return [operands[0]]
      default: return nil
      }
    },
    RewriteRule("(x + b) + c ⇒ x + (b + c) for constant vectors along the same axes", for: Binary.self) {
      binary, operands, type, graph, sites in
      guard binary.function == .add, type.elementType.isFloatingPoint,
        let outer = graph.repeatedConstant(among: operands),
        let inner = graph.definingNode(of: outer.other), (inner.operation as? Binary)?.function == .add,
        let first = graph.repeatedConstant(among: inner.operands), first.axes == outer.axes,
        // Adding and subtracting one large number may be meant to round.
        !outer.axes.isEmpty
      else { return nil }
      let sum = try graph.append(Binary(.add), [first.constant, outer.constant])[0]
      let term = try graph.append(Broadcast(shape: type.shape, axes: outer.axes), [sum])[0]
      return try graph.append(Binary(.add), [first.other, term], sites: sites)
    },
    RewriteRule("-(-x) ⇒ x", for: Unary.self) { unary, operands, _, graph, _ in
      guard unary.function == .negate, let inner = graph.definingNode(of: operands[0]),
        (inner.operation as? Unary)?.function == .negate
      else { return nil }
      return inner.operands
    },
    RewriteRule("power(x, 2) ⇒ x * x", for: Binary.self) { binary, operands, _, graph, sites in
      guard binary.function == .power, graph.uniformValue(of: operands[1]) == 2 else { return nil }
      return try graph.append(Binary(.multiply), [operands[0], operands[0]], sites: sites)
    },
    RewriteRule(
      "convert(clamp(x)) to integers within the bounds ⇒ convert(x), which saturates, also where x is rounded or bounded "
        + "in between", for: Convert.self
    ) {
      convert, operands, type, graph, sites in
      guard type.elementType.isInteger, graph.type(of: operands[0]).elementType.isFloatingPoint,
        let value = try graph.appendUnclamped(operands[0], type.elementType)
      else { return nil }
      return try graph.append(convert, [value], sites: sites)
    },
    RewriteRule("i32(bytes) · i32(weights) ⇒ bytes · weights with sums in i32", for: Contract.self) {
      contract, operands, type, graph, sites in
      guard type.elementType == .i32, let bytes = graph.widenedBytes(operands) else { return nil }
      return try graph.append(contract, bytes, sites: sites)
    },
    RewriteRule(
      "convolve(i32(bytes), i32(weights)) ⇒ convolve(bytes, weights) with sums in i32", for: Convolve.self
    ) {
      convolve, operands, type, graph, sites in
      guard type.elementType == .i32, let bytes = graph.widenedBytes(operands) else { return nil }
      var narrow = convolve
      narrow.result = .i32
      return try graph.append(narrow, bytes, sites: sites)
    },
    RewriteRule("1 / sqrt(x) ⇒ rsqrt(x)", for: Binary.self) { binary, operands, _, graph, sites in
      guard binary.function == .divide, graph.uniformValue(of: operands[0]) == 1,
        let root = graph.definingNode(of: operands[1]), (root.operation as? Unary)?.function == .sqrt
      else { return nil }
      return try graph.append(Unary(.rsqrt), root.operands, sites: sites)
    },
  ]
}

extension Graph {
  /// The constant that is repeated to one of two operands, and the other operand.
  fileprivate func repeatedConstant(
    among operands: [ValueID]
  ) -> (constant: ValueID, axes: [Int], other: ValueID)? {
    for (operand, other) in [(1, 0), (0, 1)] {
      guard let node = definingNode(of: operands[operand]), let broadcast = node.operation as? Broadcast,
        isSumOfConstants(node.operands[0])
      else { continue }
      return (node.operands[0], broadcast.axes, operands[other])
    }
    return nil
  }

  /// Whether a value is a constant, or a sum of constants that is yet to be computed.
  private func isSumOfConstants(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value) else { return false }
    return node.operation is Constant
      || (node.operation as? Binary)?.function == .add && node.operands.allSatisfy(isSumOfConstants)
  }

  /// The bytes that both factors of a product are, before they are widened; the right ones signed.
  fileprivate func widenedBytes(_ operands: [ValueID]) -> [ValueID]? {
    let sources = operands.compactMap { operand -> ValueID? in
      guard let node = definingNode(of: operand), (node.operation as? Convert)?.target == .i32
      else { return nil }
      return node.operands[0]
    }
    guard sources.count == 2, [.u8, .i8].contains(type(of: sources[0]).elementType),
      type(of: sources[1]).elementType == .i8
    else { return nil }
    return sources
  }

  /// Appends what a value is without the maxima and minima with bounds that no integer of a type is beyond; nil where
  /// there are none.
  ///
  /// Rounding, and minima and maxima with numbers within the bounds, give the same whether such bounds come before or
  /// after them.
  fileprivate mutating func appendUnclamped(_ value: ValueID, _ type: ElementType) throws -> ValueID? {
    guard let node = definingNode(of: value) else { return nil }
    if (node.operation as? Unary)?.function == .round {
      guard let inner = try appendUnclamped(node.operands[0], type) else { return nil }
      return try append(node.operation, [inner], sites: node.sites)[0]
    }
    guard let clamp = node.operation as? Binary, clamp.function == .maximum || clamp.function == .minimum
    else { return nil }
    let (least, greatest) = (Double(type.leastInteger), Double(type.greatestInteger))
    for (operand, bound) in [(0, 1), (1, 0)] {
      guard let limit = uniformValue(of: node.operands[bound]) else { continue }
      let inner = node.operands[operand]
      if clamp.function == .maximum ? limit <= least : limit >= greatest {
        return try appendUnclamped(inner, type) ?? inner
      }
      guard (least...greatest).contains(limit), let unclamped = try appendUnclamped(inner, type) else {
        return nil
      }
      return try append(clamp, [unclamped, node.operands[bound]], sites: node.sites)[0]
    }
    return nil
  }
}
