import DLGraph
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
  /// Whether all rows are computed for one panel of columns before the next.
  private(set) var visitsColumnsFirst = false

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
      visitsColumnsFirst = convolve.groups == 1
    case let convolve as Convolve where permutation == Array(permutation.indices):
      rowAxis = 1
      rowGroups = convolve.groups
      rowOperand = OperandAxis(operand: 1, axis: 0)
    default: break
    }
  }

  /// The order of an operand's other axes in memory: that in which the loops visit them.
  func packedOrder(of operand: OperandAxis, _ rank: Int) -> [Int] {
    let others = (0..<rank).filter { $0 != operand.axis }
    // Of a convolution's weights, axis 1 + i is the reduced index i.
    guard visitsChannelsLast, others.count == reducedOrder.count else { return others }
    return reducedOrder.map { $0 + 1 }
  }
}
