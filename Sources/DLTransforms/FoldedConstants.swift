import DLGraph
import Synchronization

/// What constants have been folded into, as long as it lives: entry points and loops that use the same weights share what
/// is made of them.
final class FoldedConstants: Sendable {
  /// How a value comes from constants.
  indirect enum Expression: Hashable, Sendable {
    /// A literal, known by its bytes' place in memory.
    case literal(ElementType, [Int], ObjectIdentifier)
    case operation(String, AttributeList, [Expression])
  }

  private struct Reference {
    weak var storage: LiteralStorage?
  }

  private struct Entry {
    var elementType: ElementType
    var shape: [Int]
    var result: Reference
    /// The literals that the expression is made of: once one is gone, another may have its place in memory.
    var sources: [Reference]
  }

  private let entries = Mutex<[Expression: Entry]>([:])

  /// The value of an expression, if it is still in use.
  func literal(for expression: Expression) -> Literal? {
    entries.withLock { entries in
      guard let entry = entries[expression], let storage = entry.result.storage,
        entry.sources.allSatisfy({ $0.storage != nil })
      else { return nil }
      return Literal(entry.elementType, shape: entry.shape, storage: storage)
    }
  }

  /// Remembers the value of an expression, without keeping it alive.
  ///
  /// - Parameter sources: the literals that it is made of.
  func insert(_ literal: Literal, for expression: Expression, sources: [Literal]) {
    entries.withLock {
      $0[expression] = Entry(
        elementType: literal.elementType, shape: literal.shape, result: Reference(storage: literal.storage),
        sources: sources.map { Reference(storage: $0.storage) })
    }
  }
}

extension FoldedConstants.Expression {
  init(_ literal: Literal) {
    self = .literal(literal.elementType, literal.shape, ObjectIdentifier(literal.storage))
  }
}
