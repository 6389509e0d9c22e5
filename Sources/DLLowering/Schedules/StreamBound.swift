import DLGraph
import DLLoops
import DLOperations

/// Which columns the rows of attention see under a causal mask: those up to a bound that never falls from row to row.
///
/// What such a mask hides is minus infinity to the maximum of a row, and 0 to the sum and to the second product. Leaving it
/// out changes no result, as long as what the second product would multiply by 0 is finite.
struct StreamBound {
  /// The side of the mask's comparison that the columns are compared with.
  private let value: ValueID
  /// The indices at which it is read.
  private let indices: [IntegerExpression]
  /// The number of columns that are seen, less the element of `value`.
  private let surplus: IntegerExpression
  private let symbols: Symbols

  private struct Symbols {
    let batch: Symbol
    let row: Symbol
    let column: Symbol
  }

  /// The bound, where the masks between the products imply one.
  ///
  /// - Parameter shape: that of the first product.
  init?(_ stream: RowStream, shape: [IntegerExpression], in body: Graph) {
    var hidden: [ValueID: Hidden] = [:]
    var bound: StreamBound?
    for id in stream.between.sorted() {
      let node = body[id]
      if node.operation is Select, body.isNegativeInfinity(node.operands[2]) {
        if bound == nil, let found = StreamBound(mask: node.operands[0], shape: shape, stream, body) {
          bound = found
          hidden[node.results[0]] = .negativeInfinity
        } else if hidden[node.operands[1]] == .negativeInfinity {
          hidden[node.results[0]] = .negativeInfinity
        }
      } else {
        hidden[node.results[0]] = Hidden(node, hidden)
      }
    }
    guard let bound, let read = body[stream.product].operands.first, hidden[read] == .zero else { return nil }
    self = bound
  }

  private init?(mask: ValueID, shape: [IntegerExpression], _ stream: RowStream, _ body: Graph) {
    let symbols = Symbols(
      batch: Symbol("%batch", lower: 0, upper: shape[0] - 1),
      row: Symbol("%row", lower: 0, upper: shape[shape.count - 2] - 1),
      column: Symbol("%column", lower: 0, upper: shape[shape.count - 1] - 1))
    let place = (shape.count == 3 ? [symbols.batch] : []) + [symbols.row, symbols.column]
    let space = body.type(of: mask).shape
    guard space.product == shape.product else { return nil }
    let start = Reshape.position(at: place.map { IntegerExpression($0) }, of: shape, in: space)
    guard let (node, indices) = body.comparison(behind: mask, at: start),
      let comparison = (node.operation as? Compare)?.comparison
    else { return nil }
    let isReversed = comparison == .greaterOrEqual || comparison == .greater
    let (column, row) =
      isReversed ? (node.operands[1], node.operands[0]) : (node.operands[0], node.operands[1])
    guard [.lessOrEqual, .greaterOrEqual, .less, .greater].contains(comparison),
      let position = body.index(column, at: indices), position.linearCoefficient(of: symbols.column) == 1,
      case let shift = position - IntegerExpression(symbols.column),
      Set(shift.symbols).isDisjoint(with: place),
      body.grows(row, at: indices, along: symbols.row, apartFrom: symbols.column)
    else { return nil }
    value = row
    self.indices = indices
    surplus = (comparison == .lessOrEqual || comparison == .greaterOrEqual ? 1 : 0) - shift
    self.symbols = symbols
  }

  /// The number of columns that any row up to one sees, at least one, as a symbol.
  func emit(
    batch: IntegerExpression, row: IntegerExpression, of columns: IntegerExpression, in emitter: BodyEmitter
  ) -> IntegerExpression {
    let builder = emitter.builder
    let values = [symbols.batch: batch, symbols.row: row, symbols.column: 0]
    let element = emitter.element(value, at: indices.map { $0.substituting(values) })
    // Limited before the sum, which could wrap. A row that sees nothing is what it was: not a number.
    let atMost = builder.binary(
      .minimum, builder.convert(element, to: .i64), builder.index(columns - surplus))
    let limited = builder.binary(.maximum, atMost, builder.index(1 - surplus))
    return builder.bind(
      builder.binary(.add, limited, builder.index(surplus)), lower: 1, upper: columns)
  }
}

/// What a value of a row is where the mask hides it.
private enum Hidden {
  case negativeInfinity
  case zero
  /// It is one for the whole row, and finite or of no account.
  case row

  /// - Parameter known: what is known of the operands.
  init?(_ node: Node, _ known: [ValueID: Hidden]) {
    let operands = node.operands.map { known[$0] }
    switch (node.operation, operands.first ?? nil) {
    case (let reduce as Reduce, .negativeInfinity?) where reduce.function == .maximum: self = .row
    case (let reduce as Reduce, .zero?) where reduce.function == .sum: self = .row
    case (let unary as Unary, .negativeInfinity?) where unary.function == .exp: self = .zero
    case (is Unary, .row?): self = .row
    case (is Reshape, let state?), (is Broadcast, let state?), (is Convert, let state?): self = state
    case (let binary as Binary, .negativeInfinity?) where binary.function == .subtract && operands[1] == .row:
      self = .negativeInfinity
    case (let binary as Binary, .negativeInfinity?) where binary.function == .add && operands[1] == nil:
      self = .negativeInfinity
    case (let binary as Binary, .zero?)
    where [.divide, .multiply].contains(binary.function) && operands[1] == .row:
      self = .zero
    case (is Binary, .row?) where operands[1] == .row: self = .row
    default: return nil
    }
  }
}

extension Graph {
  /// Whether every element is minus infinity.
  fileprivate func isNegativeInfinity(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value) else { return false }
    switch node.operation {
    case is Broadcast, is Reshape, is Convert: return isNegativeInfinity(node.operands[0])
    case let constant as Constant:
      return constant.literal.onlyValue == -.infinity
    default: return false
    }
  }

  /// The comparison that a value is, seen through views, with the indices of its element.
  fileprivate func comparison(
    behind value: ValueID, at indices: [IntegerExpression]
  ) -> (Node, [IntegerExpression])? {
    guard let node = definingNode(of: value) else { return nil }
    if node.operation is Compare { return (node, indices) }
    guard let inner = viewed(node, at: indices) else { return nil }
    return comparison(behind: node.operands[0], at: inner)
  }

  /// Where a view reads its only operand.
  private func viewed(_ node: Node, at indices: [IntegerExpression]) -> [IntegerExpression]? {
    guard node.operation is Reshape || node.operation is Broadcast || node.operation is Transpose,
      let operation = node.mapped
    else { return nil }
    let read = Self.operandIndices(node.operands.map { type(of: $0) }) {
      _ = operation.emitElement(at: indices, mask: nil, of: type(of: node.results[0]), $0)
    }
    return read?[0]
  }

  /// An element of integers that are made of indices and constants.
  fileprivate func index(_ value: ValueID, at indices: [IntegerExpression]) -> IntegerExpression? {
    guard type(of: value).elementType.isInteger, let node = definingNode(of: value) else { return nil }
    if let inner = viewed(node, at: indices) { return index(node.operands[0], at: inner) }
    switch node.operation {
    case let iota as Iota: return indices[iota.axis]
    case let constant as Constant:
      return constant.literal.onlyValue.flatMap { Int(exactly: $0) }.map { IntegerExpression($0) }
    case is Convert: return index(node.operands[0], at: indices)
    case let binary as Binary:
      guard let a = index(node.operands[0], at: indices), let b = index(node.operands[1], at: indices)
      else { return nil }
      switch binary.function {
      case .add: return a + b
      case .subtract: return a - b
      default: return nil
      }
    default: return nil
    }
  }

  /// Whether an element of integers never falls as the row grows, and doesn't depend on the column.
  fileprivate func grows(
    _ value: ValueID, at indices: [IntegerExpression], along row: Symbol, apartFrom column: Symbol
  ) -> Bool {
    if indices.allSatisfy({ !$0.symbols.contains(row) && !$0.symbols.contains(column) }) { return true }
    guard type(of: value).elementType.isInteger, let node = definingNode(of: value) else { return false }
    if let inner = viewed(node, at: indices) {
      return grows(node.operands[0], at: inner, along: row, apartFrom: column)
    }
    switch node.operation {
    case let iota as Iota:
      let index = indices[iota.axis]
      guard !index.symbols.contains(column) else { return false }
      return !index.symbols.contains(row) || index.linearCoefficient(of: row)?.isProvably(atLeast: 0) ?? false
    case let binary as Binary where binary.function == .add:
      return node.operands.allSatisfy { grows($0, at: indices, along: row, apartFrom: column) }
    default: return false
    }
  }
}
