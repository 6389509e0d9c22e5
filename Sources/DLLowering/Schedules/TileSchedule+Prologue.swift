import DLGraph
import DLLoops
import DLOperations

// Products whose operand with the columns is computed where it is read, as weights are that are stored in few bits.
extension TileSchedule {
  /// The packings of the constants that the operand is computed from: each lies in the order in which the columns of a
  /// tile read it.
  ///
  /// - Parameter width: the number of columns of a tile.
  func prologuePackings(_ constants: Set<Int>, width: Int) -> [Int: OperandPacking] {
    guard let operand = roles.columnOperand else { return [:] }
    let value = anchor.operands[operand.operand]
    guard case .result = body[value].definition else { return [:] }
    let symbols = body.type(of: value).shape.enumerated().map {
      Symbol("a\($0.offset)", lower: 0, upper: $0.element - 1)
    }
    let column = symbols[operand.axis]
    var packings: [Int: OperandPacking] = [:]
    for (input, indices) in body.reads(of: value, at: symbols.map { IntegerExpression($0) }) ?? [] {
      guard constants.contains(input), body.useCounts()[body.inputs[input].value.index] == 1,
        let axis = indices.firstIndex(of: IntegerExpression(column)),
        indices.filter({ $0.symbols.contains(column) }).count == 1
      else { continue }
      // In the order in which the loops visit the axes of the operand.
      let order = [operand.axis] + roles.packedOrder(of: operand, symbols.count)
      let rank = indices.map { index in order.firstIndex { index.symbols.contains(symbols[$0]) } ?? 0 }
      let others = indices.indices.filter { $0 != axis }.sorted { (rank[$0], $0) < (rank[$1], $1) }
      packings[input] = .blocks(AxisBlocking(axis: axis, block: width, others: others))
    }
    return packings
  }

  /// The extents of the axes that the operand with the columns had before they became the only summed one; nil where it
  /// never had others.
  var summedDigits: [Int]? {
    guard operation is Contract, roles.reducedOrder.count == 1, let operand = roles.columnOperand,
      let node = body.definingNode(of: anchor.operands[operand.operand]), node.operation is Reshape
    else { return nil }
    let shape = body.type(of: anchor.operands[operand.operand]).shape
    let source = body.type(of: node.operands[0]).shape
    let digits = source.dropLast().compactMap(\.constantValue)
    guard shape.count == 2, operand.axis == 1, source.last == shape[1], digits.count == source.count - 1,
      digits.count > 1, shape[0] == IntegerExpression(digits.reduce(1, *))
    else { return nil }
    return digits
  }
}

extension BodyEmitter {
  /// Visits every index that has these digits. Digits of few values change fastest, each value with code of its own: what
  /// they select among is known then, such as the place of bits in a byte.
  func visit(digits: [Int], _ body: (IntegerExpression) -> Void) {
    let small = digits.indices.filter { digits[$0] <= 4 }
    let large = digits.indices.filter { digits[$0] > 4 }
    let strides = digits.indices.map { digits[($0 + 1)...].reduce(1, *) }
    nest(large.map { IntegerExpression(digits[$0]) }) { indices in
      let start = zip(large, indices).reduce(IntegerExpression(0)) {
        $0 + $1.1 * IntegerExpression(strides[$1.0])
      }
      var places = [start]
      for digit in small {
        places = places.flatMap { place in
          (0..<digits[digit]).map { place + IntegerExpression($0 * strides[digit]) }
        }
      }
      places.forEach(body)
    }
  }
}
