import DLGraph
import DLLoops

/// Whether a product is faster without the zeros of its weights.
struct SparseCost {
  let rows: Int
  let target: TargetDescription

  init(rows: Int, on target: TargetDescription) {
    self.rows = rows
    self.target = target
  }

  /// The width of the panels with which the product is fastest; nil where all of the weights are.
  func width(for weights: Literal) -> Int? {
    let lanes = target.lanes(of: .f32)
    let parts = weights.shape[0] * ((weights.shape[1] + lanes - 1) / lanes)
    guard parts >= 64 else { return nil }
    let stored = SparsePanels.count(in: weights, width: lanes)
    return Double(stored) < 0.5 * Double(parts) ? lanes : nil
  }
}
