import DLGraph

/// Two products with reductions over rows between them: the second reads, row by row, what was made of the rows of the
/// first. Attention is of this form. No row of the first product depends on another one, so a few rows at a time can go
/// all the way, and the first product is never stored.
///
/// Fusion and lowering must agree on it.
package struct RowStream {
  /// The first product, `[batch, M, N]`.
  package let scores: NodeID
  /// The second one, whose left operand is made of the first.
  package let product: NodeID
  /// The nodes that depend on the first product and that the second depends on.
  package let between: Set<NodeID>
  /// The space of the rows, and the one axis along which they are reduced.
  package let rows: [Dimension]
  package let columns: Dimension

  /// The longest row: a few of them must fit into the cache of a core, and on its stack.
  package static let longestRow = 8192
  /// The greatest depth of the first product and width of the second. The right operands are read again for every few
  /// rows: larger ones would have to come from memory each time.
  package static let greatestDepth = 512
}

extension Graph {
  /// The stream that ends in a product, where it does.
  ///
  /// - Parameter uses: the number of uses of each value.
  package func rowStream(into product: NodeID, uses: [Int]) -> RowStream? {
    guard let second = self[product].operation as? Contract,
      second.isNormal(type(of: self[product].operands[0]).rank),
      case let read = self[product].operands[0], type(of: read).elementType.isFloatingPoint,
      let columns = type(of: read).shape.last, columns != 1,
      let longest = columns.upperBound, longest <= RowStream.longestRow,
      hasSmallAxis(self[product].results[0])
    else { return nil }
    let above = ancestors(of: read)
    guard let scores = above.filter({ self[$0].operation is Contract }).max(),
      let first = self[scores].operation as? Contract,
      first.isNormal(type(of: self[scores].operands[0]).rank),
      type(of: self[scores].results[0]).shape == type(of: read).shape, hasSmallAxis(self[scores].operands[0]),
      first.result.accumulator == second.result.accumulator
    else { return nil }
    // What depends on the scores, in order.
    var values: Set<ValueID> = [self[scores].results[0]]
    var between: Set<NodeID> = []
    for node in above.sorted() where node > scores && self[node].operands.contains(where: values.contains) {
      between.insert(node)
      values.formUnion(self[node].results)
    }
    guard values.contains(read), !values.contains(self[product].operands[1]),
      let rows = between.compactMap({ reducedRows(of: self[$0]) }).first
    else { return nil }
    let space = RowStreamSpace(rows: rows, columns: columns)
    guard between.allSatisfy({ space.keepsRows(self[$0], values, in: self) }) else { return nil }
    // Nothing else may read what won't be stored.
    let inside = (between.map { self[$0].operands } + [[read]]).joined().filter(values.contains)
    guard inside.count == values.reduce(0, { $0 + uses[$1.index] }) else { return nil }
    return RowStream(scores: scores, product: product, between: between, rows: rows, columns: columns)
  }

  private func hasSmallAxis(_ value: ValueID) -> Bool {
    (type(of: value).shape.last?.upperBound).map { $0 <= RowStream.greatestDepth } ?? false
  }

  /// The nodes from which a value is computed by element-wise functions, reductions and views: back to products, which
  /// are among them, and to whatever is of another kind.
  private func ancestors(of value: ValueID) -> Set<NodeID> {
    var found: Set<NodeID> = []
    var open = [value]
    while let value = open.popLast() {
      guard case .result(let node, _) = self[value].definition, !found.contains(node) else { continue }
      switch self[node].operation {
      case is Contract: found.insert(node)
      case is Unary, is Binary, is Compare, is Select, is Convert, is Reduce, is Reshape, is Broadcast:
        found.insert(node)
        open += self[node].operands
      default: break
      }
    }
    return found
  }

  private func reducedRows(of node: Node) -> [Dimension]? {
    (node.operation as? Reduce)?.rowsAndColumns(of: type(of: node.operands[0]).shape)?.rows
  }
}

extension Contract {
  /// Whether a product has so few rows that its columns are better summed one by one than in tiles, where their terms lie
  /// side by side. Fusion and lowering must agree on it.
  package static func hasFewRows(_ rows: Dimension) -> Bool { rows.constantValue.map { $0 <= 4 } ?? false }

  /// Whether the right operand may as well lie along the sum: for few rows, and where panels of it are copied anyway. Fusion
  /// and lowering must agree on it.
  package func readsTransposed(_ operands: [TensorType]) -> Bool {
    guard isNormal(operands[0].rank) else { return false }
    let columns = operands[1].shape[operands[1].rank - 1]
    return Self.hasFewRows(operands[0].shape[operands[0].rank - 2])
      || operands[1].elementType == .f32 && result == .f32 && columns.constantValue != nil
  }

  /// Whether the product can read a transposed left operand as it lies: it is so small that its columns stay in the nearest
  /// cache, and bringing it in order would take longer than that gains.
  package func readsLeftTransposed(_ operands: [TensorType]) -> Bool {
    guard operands[0].rank == 2, isNormal(2), operands.allSatisfy({ $0.elementType == .f32 }), result == .f32,
      operands[1].shape[1].constantValue != nil, let rows = operands[0].shape[0].constantValue,
      let terms = operands[0].shape[1].constantValue
    else { return false }
    return !Self.hasFewRows(operands[0].shape[0]) && rows * terms <= 64 * 64
  }

  /// Whether the operands are `[batch, M, K]` and `[batch, K, N]`, or without the batch axis.
  package func isNormal(_ rank: Int) -> Bool {
    guard contracting.count == 1, batch.count == rank - 2, rank == 2 || rank == 3 else { return false }
    return contracting[0] == (rank - 1, rank - 2) && batch.allSatisfy { $0 == (0, 0) }
  }
}

/// Rows with the elements of each.
private struct RowStreamSpace {
  let rows: [Dimension]
  let columns: Dimension

  private func holdsElements(_ shape: [Dimension]) -> Bool {
    shape.last == columns && shape.product == rows.product * columns
  }

  private func holdsRows(_ shape: [Dimension]) -> Bool { shape.filter { $0 != 1 } == rows.filter { $0 != 1 } }

  /// Whether a node gives elements, or one value a row, and each only from its own row.
  ///
  /// - Parameter values: the operands that matter.
  func keepsRows(_ node: Node, _ values: Set<ValueID>, in graph: Graph) -> Bool {
    let result = graph.type(of: node.results[0]).shape
    let operands = node.operands.filter(values.contains).map { graph.type(of: $0).shape }
    let isInSpace = holdsElements(result) || holdsRows(result)
    switch node.operation {
    case is Unary, is Binary, is Compare, is Select, is Convert: return isInSpace
    case is Reshape: return operands.allSatisfy { holdsElements($0) == holdsElements(result) } && isInSpace
    case let broadcast as Broadcast:
      return result == rows + [columns]
        && operands.allSatisfy { operand in
          holdsRows(operand) && operand.prefix(rows.count).elementsEqual(rows)
            && broadcast.axes == Array(operand.indices)
        }
    case let reduce as Reduce:
      guard let space = reduce.rowsAndColumns(of: operands[0]) else { return false }
      return space.rows == rows && space.columns == [columns]
    default: return false
    }
  }
}
