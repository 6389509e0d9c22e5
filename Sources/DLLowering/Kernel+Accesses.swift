import DLGraph
import DLLoops

extension Kernel {
  /// The number of reads and writes in vector loops whose lanes don't lie side by side, and of indices that lanes divide.
  var irregularAccessCount: Int {
    func count(_ block: Block, _ vector: Symbol?) -> Int {
      block.reduce(0) { sum, statement in
        switch statement {
        case .define(_, .load(_, let index, _)), .store(_, _, let index, _), .accumulate(_, _, _, let index):
          guard let vector, let coefficient = index.linearCoefficient(of: vector)?.constantValue,
            (0...1).contains(coefficient)
          else { return sum + (vector == nil ? 0 : 1) }
          return sum
        case .define(_, .index(let index)):
          return sum + (vector.map { index.linearCoefficient(of: $0) == nil } ?? false ? 1 : 0)
        case .define, .bind, .prefetch, .transpose: return sum
        case .loop(let loop):
          let isVector = loop.kind == .vector || loop.kind == .unrolledVector
          return sum + count(loop.body, isVector ? loop.symbol : vector)
        case .conditional(_, let then, let otherwise):
          return sum + count(then, vector) + count(otherwise, vector)
        }
      }
    }
    return count(body, nil)
  }
}

extension Kernel {
  /// The best of the kernels that walk the last `collapsed` axes as one, for 1...rank.
  ///
  /// Collapsing more makes longer vectors; collapsing too much makes indices that need divisions.
  static func withFewestIrregularAccesses(
    collapsing rank: Int, _ make: (_ collapsed: Int) -> Kernel
  ) -> Kernel {
    var best = make(max(rank, 1))
    var fewest = best.irregularAccessCount
    for collapsed in stride(from: rank - 1, through: 1, by: -1) where fewest > 0 {
      let candidate = make(collapsed)
      let count = candidate.irregularAccessCount
      if count < fewest { (best, fewest) = (candidate, count) }
    }
    return best
  }
}
