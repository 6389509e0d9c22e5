import DLGraph
import DLLoops
import DLOperations

/// A sum of products whose terms can be taken several at a time: the left factors of some of the summed indices lie side
/// by side in memory, and the right ones are constant, so that they can be packed alike.
struct DotProductForm {
  let product: DotProduct
  /// Whether the left factors are signed bytes, which count as unsigned after 128 is added.
  let isShifted: Bool
  /// The inputs of the body that the factors are read from.
  let left: Int
  let right: Int
  /// Where the left factor lies: over `result` and `outer`, at the first of the inner terms.
  let offset: IntegerExpression
  /// Stand for the indices in the stored result.
  let result: [Symbol]
  /// Stand for the summed indices of the outer terms.
  let outer: [Symbol]
  /// The axis of the stored result that makes the rows of a tile; nil where a tile is one row.
  let rowAxis: Int?
  /// The number of columns that share their left factors; nil where all do.
  let groupWidth: Int?
  private let columns: WordBlocking.Axis
  private let outerAxes: [WordBlocking.Axis]
  private let innerAxes: [WordBlocking.Axis]

  /// - Parameters:
  ///   - permutation: axis `i` of the stored result is axis `permutation[i]` of the anchor's.
  ///   - shape: the shape of the stored result.
  init?(
    _ body: Graph, _ anchor: Node, _ operation: any ReducingOperation, permutation: [Int],
    shape: [IntegerExpression], constants: Set<Int>
  ) {
    let types = anchor.operands.map { body.type(of: $0) }
    guard operation is Contract || operation is Convolve,
      let product = DotProduct(types, sum: operation.accumulatorType(types)),
      let right = body.constantInput(anchor.operands[1], constants),
      let columnCount = shape[shape.count - 1].constantValue
    else { return nil }
    let extents = operation.reducedExtents(types).compactMap(\.constantValue)
    let result = shape.enumerated().map { Symbol("p\($0.offset)", lower: 0, upper: $0.element - 1) }
    let reduced = extents.enumerated().map {
      Symbol("q\($0.offset)", lower: 0, upper: IntegerExpression($0.element - 1))
    }
    guard extents.count == operation.reducedExtents(types).count else { return nil }
    var indices = [IntegerExpression](repeating: 0, count: shape.count)
    for (place, axis) in permutation.enumerated() { indices[axis] = IntegerExpression(result[place]) }
    let read = Graph.operandIndices(types) {
      _ = operation.emitTerm(at: indices, reduced: reduced.map { IntegerExpression($0) }, mask: nil, $0)
    }
    let column = result[result.count - 1]
    guard let read, let leftIndices = read[0], let rightIndices = read[1],
      let position = body.position(of: anchor.operands[0], at: leftIndices),
      let strides = Self.strides(
        of: zip(rightIndices, types[1].strides).reduce(0) { $0 + $1.0 * $1.1 }, in: [column] + reduced)
    else { return nil }

    var inner: [Int] = []
    var count = 1
    while let next = reduced.indices.first(where: { index in
      !inner.contains(index) && extents[index] > 1
        && position.offset.linearCoefficient(of: reduced[index])?.constantValue == count
    }) {
      inner.insert(next, at: 0)
      count *= extents[next]
    }
    guard count >= product.elementCount else { return nil }
    let outer = reduced.indices.filter { !inner.contains($0) }
    let axis = { (index: Int) in WordBlocking.Axis(extent: extents[index], stride: strides[1 + index]) }

    self.product = product
    self.right = right
    self.result = result
    isShifted = types[0].elementType == .i8
    left = position.input
    offset = position.offset.substituting(Dictionary(uniqueKeysWithValues: inner.map { (reduced[$0], 0) }))
    self.outer = outer.map { reduced[$0] }
    outerAxes = outer.map(axis)
    innerAxes = inner.map(axis)
    columns = WordBlocking.Axis(extent: columnCount, stride: strides[0])
    let isRow = shape.count > 1 && offset.linearCoefficient(of: result[shape.count - 2])?.constantValue != nil
    rowAxis = isRow ? shape.count - 2 : nil
    if offset.symbols.contains(column) {
      guard let convolve = operation as? Convolve else { return nil }
      groupWidth = columnCount / convolve.groups
    } else {
      groupWidth = nil
    }
  }

  /// The right factors in panels of a number of columns.
  func blocking(width: Int) -> WordBlocking {
    WordBlocking(
      product: product, columns: columns, width: width, outer: outerAxes, inner: innerAxes,
      hasOffset: isShifted)
  }

  /// The coefficients of the symbols in an expression that is a sum of their multiples and nothing else.
  static func strides(of expression: IntegerExpression, in symbols: [Symbol]) -> [Int]? {
    let strides = symbols.compactMap { expression.linearCoefficient(of: $0)?.constantValue }
    guard strides.count == symbols.count else { return nil }
    let rest = zip(symbols, strides).reduce(expression) {
      $0 - IntegerExpression($1.0) * IntegerExpression($1.1)
    }
    return rest == 0 ? strides : nil
  }
}

extension DotProduct {
  /// The kind for operands of these types; nil where there is none.
  fileprivate init?(_ operands: [TensorType], sum: ElementType) {
    let left = operands[0].elementType
    let right = operands[1].elementType
    let found = Self.allCases.first { kind in
      switch kind {
      case .bytes: (left == .u8 || left == .i8) && right == .i8
      case .boundedBytes: false
      case .bfloats: left == .bf16 && right == .bf16
      }
    }
    guard let found, found.sum == sum else { return nil }
    self = found
  }
}
