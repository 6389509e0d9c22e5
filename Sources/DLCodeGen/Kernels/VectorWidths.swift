import DLGraph
import DLLoops

/// How wide the values in the body of a vector loop are.
struct VectorWidths {
  /// The bytes of the type that fills a vector register.
  private(set) var widest = 1
  /// The bytes of the narrowest element read or written.
  private(set) var narrowest = 8
  /// The number of statements, of which inner loops count more.
  private var statementCount = 0
  private var widestInteger = 1

  init(_ body: Block, in kernel: Kernel) {
    visit(body, kernel)
    // Indices beside floating-point data take several registers; data set the pace.
    if widest == 1 { widest = widestInteger }
  }

  /// True where several copies of the body fit into the registers and the instruction cache.
  var isSmall: Bool { statementCount <= 12 }

  /// The lanes for a loop: as many as fill a register, and no more than the extent needs.
  func lanes(on target: TargetDescription, extent: Int?) -> Int {
    var lanes = max(target.vectorByteCount / widest, 1)
    if let extent { while lanes > 1 && lanes / 2 >= extent { lanes /= 2 } }
    return lanes
  }

  private mutating func visit(_ block: Block, _ kernel: Kernel) {
    for statement in block {
      statementCount += 1
      switch statement {
      case .define(let local, let instruction):
        note(kernel.type(of: local), isData: !instruction.isIndex)
        if case .load(let buffer, _, _) = instruction { noteMemory(kernel[buffer].elementType) }
      case .store(_, let buffer, _, _), .accumulate(_, _, let buffer, _):
        noteMemory(kernel[buffer].elementType)
      case .bind, .prefetch, .transpose: break
      case .loop(let loop):
        statementCount += 12
        visit(loop.body, kernel)
      case .conditional(_, let then, let otherwise):
        visit(then, kernel)
        visit(otherwise, kernel)
      }
    }
  }

  private mutating func noteMemory(_ type: ElementType) {
    narrowest = min(narrowest, type.byteCount)
    note(type, isData: true)
  }

  private mutating func note(_ type: ElementType, isData: Bool) {
    if type.isFloatingPoint {
      widest = max(widest, type.accumulator.byteCount)
    } else if isData {
      widestInteger = max(widestInteger, type.byteCount)
    }
  }
}

extension Instruction {
  fileprivate var isIndex: Bool { if case .index = self { true } else { false } }
}
