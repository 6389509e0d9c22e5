import DLGraph

/// The order of a constant operand in memory.
enum OperandPacking: Hashable {
  case blocks(AxisBlocking)
  case words(WordBlocking)
  case winograd(WinogradWeights)

  /// The type of the elements in memory; nil where it is that of the operand.
  var elementType: ElementType? { if case .words = self { .i32 } else { nil } }

  /// A tensor in this order.
  func packed(_ literal: Literal) -> Literal {
    switch self {
    case .blocks(let blocking): blocking.packed(literal)
    case .words(let blocking): blocking.packed(literal)
    case .winograd(let weights): weights.packed(literal)
    }
  }
}
