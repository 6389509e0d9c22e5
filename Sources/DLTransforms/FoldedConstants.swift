import DLGraph
import Synchronization

/// What constants have been folded into during one pass over a module: entry points that use the same weights share what
/// is made of them.
public final class FoldedConstants: Sendable {
  /// How a value comes from constants.
  indirect enum Expression: Hashable, Sendable {
    /// A literal, known by its bytes' place in memory.
    case literal(ElementType, [Int], ObjectIdentifier)
    case operation(String, AttributeList, [Expression])
  }

  private struct State {
    var results: [Expression: Literal] = [:]
    /// The literals that expressions are made of: while they live, no other has their place in memory.
    var sources: [LiteralStorage] = []
  }

  private let state = Mutex(State())

  init() {}

  func literal(for expression: Expression) -> Literal? { state.withLock { $0.results[expression] } }

  /// Keeps the value of an expression.
  ///
  /// - Parameter sources: the literals that it is made of.
  func insert(_ literal: Literal, for expression: Expression, sources: [Literal]) {
    state.withLock {
      $0.results[expression] = literal
      $0.sources += sources.map(\.storage)
    }
  }

  /// Forgets everything.
  func removeAll() { state.withLock { $0 = State() } }
}

extension FoldedConstants.Expression {
  init(_ literal: Literal) {
    self = .literal(literal.elementType, literal.shape, ObjectIdentifier(literal.storage))
  }
}
