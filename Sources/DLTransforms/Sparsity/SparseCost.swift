import DLGraph
import DLLoops

/// What a product costs with all of its weights, and without the zeros among them, in cycles of a core.
///
/// The figures were measured on a Zen 5 core with AVX-512, for 1 to 512 rows and up to 4096 terms and columns.
struct SparseCost {
  /// The rows that the weights are multiplied with.
  let rows: Int
  private let target: TargetDescription
  private let lanes: Int

  init(rows: Int, on target: TargetDescription) {
    self.rows = rows
    self.target = target
    lanes = target.lanes(of: .f32)
  }

  /// The width of the panels with which the product is fastest; nil where all of the weights are.
  func width(for weights: Literal) -> Int? {
    let parts = weights.shape[0] * ((weights.shape[1] + lanes - 1) / lanes)
    // Below this a call costs more than the product.
    guard parts >= 64, rows > 0 else { return nil }
    let limit = Self.margin * dense(parts: parts, byteCount: weights.byteCount)
    let costs = [lanes, 1].map { width in
      let stored = SparsePanels.count(in: weights, width: width)
      if stored == 0 { return (width, Double.infinity) }
      return (width, width == 1 ? elements(stored, weights.shape) : blocks(stored))
    }
    return costs.filter { $0.1 < limit }.min { $0.1 < $1.1 }?.0
  }

  /// How much faster the product has to be for the zeros to be left out: the figures are not exact.
  private static let margin = 0.95

  /// With all weights: arithmetic, or reading them where there are few rows.
  private func dense(parts: Int, byteCount: Int) -> Double {
    Double(parts) * max(reading(byteCount), 0.52 * Double(rows))
  }

  /// With stored rows of panels as wide as vectors.
  private func blocks(_ stored: Int) -> Double {
    Double(stored) * (1 + max(0.75 * Double(rows), reading(stored * lanes * 4) - 0.5))
  }

  /// With single stored elements.
  private func elements(_ stored: Int, _ shape: [Int]) -> Double {
    if rows <= 4 {
      let gathering = max(1.3 * Double(rows), 0.9 * reading(stored * 8))
      return gathering * Double(stored) + 15 * Double(shape[1])
    }
    let vectors = (rows + lanes - 1) / lanes
    let tiles = (vectors + 3) / 4
    let arranging = 0.6 * Double(rows * shape[0])
    return Double(stored) * (Double(tiles) + 1.55 * Double(vectors)) + arranging
  }

  /// A vector of weights that are read in order, by the level of the cache that holds them.
  private func reading(_ byteCount: Int) -> Double {
    let caches = target.cacheByteCounts
    let level = caches.firstIndex { byteCount <= $0 } ?? caches.count
    return [1, 1.5, 2.6, 4.5][min(level, 3)]
  }
}
