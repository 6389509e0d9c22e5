import DLGraph
import DLLoops

/// Brings the next panel of a packed operand near while the tiles of the present one are computed.
///
/// A panel is read from memory once and then from the cache, by every tile of rows. Without this the first of these
/// tiles would wait for the memory; with it each step of every tile asks for its share of the panel that follows.
struct PanelPrefetch {
  let buffer: BufferID
  /// The number of elements of a panel.
  let panelCount: Int
  /// The number of steps that all tiles of a panel take together.
  let stepCount: Int
  /// The elements of a cache line.
  let lineCount: Int

  /// - Returns: nil where there are too few tiles for the panel to stay in a cache between them.
  init?(_ buffer: BufferID, panelCount: Int, stepCount: Int, stepsOfTile: Int, elementByteCount: Int) {
    guard stepsOfTile > 0, stepCount >= 2 * stepsOfTile else { return nil }
    self.buffer = buffer
    self.panelCount = panelCount
    self.stepCount = stepCount
    lineCount = max(64 / elementByteCount, 1)
  }

  /// Emits what one step asks for.
  ///
  /// - Parameters:
  ///   - panel: the panel that is being computed with.
  ///   - step: the position of the step among all steps of the panel.
  func emit(panel: IntegerExpression, step: IntegerExpression, in builder: KernelBuilder) {
    let next = (panel + 1) * IntegerExpression(panelCount)
    var divisor = 1
    while stepCount / (2 * divisor) >= panelCount { divisor *= 2 }
    if divisor > 1 {
      builder.prefetch(buffer, at: next + step.floorDivided(by: IntegerExpression(divisor)))
      return
    }
    let share = (panelCount + stepCount - 1) / stepCount
    for line in stride(from: 0, to: share, by: lineCount) {
      builder.prefetch(buffer, at: next + step * IntegerExpression(share) + IntegerExpression(line))
    }
  }
}
