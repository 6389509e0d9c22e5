import DLGraph
import DLOperations

/// Which axes of an operation's result are the rows of its tiles, and which operands vary along rows or columns alone.
struct TileRoles {
  struct OperandAxis {
    var operand: Int
    var axis: Int
  }

  /// The axis of the result that makes the rows of a tile.
  var rowAxis: Int?
  /// The number of groups that the rows fall into; a tile must not span two.
  var rowGroups = 1
  /// The operand, with its axis, whose elements don't depend on the column.
  var rowOperand: OperandAxis?
  /// The operand, with its axis, whose elements don't depend on the row.
  var columnOperand: OperandAxis?

  init(_ operation: any ReducingOperation, _ node: Node, _ body: Graph) {
    switch operation {
    case let contract as Contract: assign(contract, node, body)
    case let convolve as Convolve:
      rowAxis = 1
      rowGroups = convolve.groups
      rowOperand = OperandAxis(operand: 1, axis: 0)
    default: break
    }
  }

  private mutating func assign(_ contract: Contract, _ node: Node, _ body: Graph) {
    let types = node.operands.map { body.type(of: $0) }
    let left = types[0].shape.indices.filter { axis in
      !contract.batch.contains { $0.left == axis } && !contract.contracting.contains { $0.left == axis }
    }
    let right = types[1].shape.indices.filter { axis in
      !contract.batch.contains { $0.right == axis } && !contract.contracting.contains { $0.right == axis }
    }
    if let axis = left.last, !right.isEmpty {
      rowAxis = contract.batch.count + left.count - 1
      rowOperand = OperandAxis(operand: 0, axis: axis)
    }
    if let axis = right.last { columnOperand = OperandAxis(operand: 1, axis: axis) }
  }
}
