import DLGraph
import DLLoops
import DLOperations

/// How the axes of a reduction's result, as it is stored, are used by tiles.
struct TileRoles {
  struct OperandAxis {
    var operand: Int
    var axis: Int
  }

  /// The axis of the stored result that makes the rows of a tile; nil where a tile is one row.
  private(set) var rowAxis: Int?
  /// The number of groups that the rows fall into; a tile must not span two.
  private(set) var rowGroups = 1
  /// The operand, with its axis, whose elements don't depend on the column.
  private(set) var rowOperand: OperandAxis?
  /// The operand, with its axis, whose elements don't depend on the row.
  private(set) var columnOperand: OperandAxis?
  /// The order of the loops over the reduced indices, outermost first.
  private(set) var reducedOrder: [Int]
  /// Whether the loops over the reduced indices end with the channels.
  private var visitsChannelsLast = false
  /// The columns of one group, where the columns fall into several; a tile should not span two.
  private(set) var groupColumns: Int?
  /// The extent of the reduced index that shifts what a row reads along the rows, where nothing else is summed inside it:
  /// then neighbouring rows share what they read, and it is visited for each element of a tile.
  private(set) var slidingExtent: Int?

  /// Beyond this the weights of a window don't fit into the registers beside the sums.
  private static let longestSlide = 7

  /// - Parameter permutation: axis `i` of the stored result is axis `permutation[i]` of the operation's.
  init(_ operation: any ReducingOperation, _ types: [TensorType], permutation: [Int]) {
    reducedOrder = Array(operation.reducedExtents(types).indices)
    let columnAxis = permutation.count - 1
    switch operation {
    case let contract as Contract where permutation == Array(permutation.indices):
      let left = contract.freeLeft(types[0].rank)
      let right = contract.freeRight(types[1].rank)
      if let axis = left.last, !right.isEmpty {
        rowAxis = contract.batch.count + left.count - 1
        rowOperand = OperandAxis(operand: 0, axis: axis)
      }
      if let axis = right.last { columnOperand = OperandAxis(operand: 1, axis: axis) }
    case let convolve as Convolve where permutation[columnAxis] == 1:
      // Pixels by output channels: the channels of a pixel are summed innermost, where they lie side by side.
      rowAxis = columnAxis - 1
      columnOperand = OperandAxis(operand: 1, axis: 0)
      reducedOrder = Array(reducedOrder.dropFirst()) + [0]
      visitsChannelsLast = true
      if convolve.groups > 1, let outputs = types[1].shape[0].constantValue {
        groupColumns = outputs / convolve.groups
        let window = types[1].shape.last?.constantValue ?? 0
        if types[1].shape[1] == 1, (2...Self.longestSlide).contains(window) { slidingExtent = window }
      }
    case let convolve as Convolve where permutation == Array(permutation.indices):
      rowAxis = 1
      rowGroups = convolve.groups
      rowOperand = OperandAxis(operand: 1, axis: 0)
    default: break
    }
  }

  /// The reduced indices that are visited for each element of a tile, and those that are visited around it.
  var reducedLoops: (outer: [Int], inner: [Int]) {
    guard slidingExtent != nil else { return (reducedOrder, []) }
    return (Array(reducedOrder.dropLast(2)), Array(reducedOrder.suffix(2)))
  }

  /// The order of an operand's other axes in memory: that in which the loops visit them.
  func packedOrder(of operand: OperandAxis, _ rank: Int) -> [Int] {
    let others = (0..<rank).filter { $0 != operand.axis }
    // Of a convolution's weights, axis 1 + i is the reduced index i.
    guard visitsChannelsLast, others.count == reducedOrder.count else { return others }
    return reducedOrder.map { $0 + 1 }
  }

  /// The columns that a tile may span so that all of them see the same group; nil where that is no question, or where
  /// vectors are wider than groups anyway.
  func columnsOfGroup(of type: ElementType, on target: TargetDescription) -> Int? {
    guard let groupColumns, groupColumns % target.lanes(of: type) == 0 else { return nil }
    return groupColumns
  }

  /// The order in which the tiles are visited.
  func order(
    of operation: any ReducingOperation, _ types: [TensorType], shape: [IntegerExpression],
    tile: (rows: Int, width: Int), on target: TargetDescription
  ) -> TileOrder {
    if operation is Contract, let rowAxis, let columns = shape.last {
      let terms = operation.reducedExtents(types).product
      return .product(
        rows: shape[rowAxis], terms: terms, columns: columns, tile: tile.rows, types[1].elementType,
        on: target)
    }
    guard visitsChannelsLast, let convolve = operation as? Convolve else { return .panelsInside }
    if convolve.groups == 1 {
      let weights = types[1].shape.product.typical * types[1].elementType.byteCount
      return TileOrder.keepsWeights(weights, on: target) ? .panelsInside : .panelsOutside
    }
    return .bands(
      of: convolve, types[1].shape, shape: shape, width: tile.width, types[0].elementType, on: target)
  }
}
