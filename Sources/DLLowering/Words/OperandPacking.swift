import DLGraph
import DLLoops

/// The order of a constant operand in memory.
enum OperandPacking: Hashable {
  case blocks(AxisBlocking)
  case words(WordBlocking)
  case winograd(WinogradWeights)

  /// The type of the elements in memory; nil where it is that of the operand.
  var elementType: ElementType? { if case .words = self { .i32 } else { nil } }

  private var order: any WeightPacking {
    switch self {
    case .blocks(let blocking): blocking
    case .words(let blocking): blocking
    case .winograd(let weights): weights
    }
  }
}

extension OperandPacking: WeightPacking {
  func panels(of literal: Literal) -> (count: Int, byteCount: Int) { order.panels(of: literal) }

  func write(_ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableRawBufferPointer) {
    order.write(panels, of: literal, to: target)
  }
}
