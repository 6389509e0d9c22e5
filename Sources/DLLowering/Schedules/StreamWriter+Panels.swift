import DLGraph
import DLLoops
import DLOperations

// The columns of the first product, which its tiles read side by side.
extension StreamWriter {
  /// The number of terms of the first product.
  private var depth: IntegerExpression {
    let shape = body.type(of: schedule.scores.operands[1]).shape
    return shape[shape.count - 2]
  }

  /// Copies the columns of the first product, so that those of one term lie side by side.
  mutating func copyPanels() {
    guard let depth = depth.upperBound, let columns = columns.upperBound else { return }
    let count = max(1, depth * schedule.paddedCount(columns))
    let panels = builder.addBuffer("panels", schedule.accumulator, .local(count: count))
    splitColumns(self.columns, schedule.firstTile) { column, width, isWhole in
      if let panel = place(of: column, width, isWhole, in: panels) { copy(panel, column, width, isWhole) }
    }
    self.panels = panels
  }

  /// Where some columns are copied to; nil where they are read where they are.
  private func place(
    of column: IntegerExpression, _ width: Int, _ isWhole: Bool, in panels: BufferID
  ) -> PanelCopy.Target? {
    guard isWhole || (columns - column).constantValue != nil, let depth = depth.upperBound else { return nil }
    return PanelCopy.Target(buffer: panels, start: column * IntegerExpression(depth), pitch: width)
  }

  /// The panel of some columns, which is copied now unless all of them have been; nil where they are read where they are.
  func panel(_ column: IntegerExpression, _ width: Int, _ isWhole: Bool) -> PanelCopy.Target? {
    if let panels { return place(of: column, width, isWhole, in: panels) }
    guard schedule.copy != nil, let depth = depth.upperBound,
      isWhole || (columns - column).constantValue != nil
    else { return nil }
    let buffer = builder.addBuffer("panel", schedule.accumulator, .local(count: max(1, depth * width)))
    let panel = PanelCopy.Target(buffer: buffer, start: 0, pitch: width)
    copy(panel, column, width, isWhole)
    return panel
  }

  private func copy(_ panel: PanelCopy.Target, _ column: IntegerExpression, _ width: Int, _ isWhole: Bool) {
    guard let count = isWhole ? width : (columns - column).constantValue else { return }
    let outer = schedule.shape.count == 3 ? [batch] : []
    schedule.copy?.emit(
      draft, batch: outer, TermRange(start: 0, count: depth, index: 0), of: depth,
      columns: (column, count), to: panel, lanes: lanes
    ) { emitter.element(schedule.scores.operands[1], at: outer + [$0, $1]) }
  }
}
