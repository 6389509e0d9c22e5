import DLGraph
import DLLoops
import DLOperations

extension TileSchedule {
  /// Whether any height and width of tiles are as correct as any other.
  var isTunable: Bool {
    roles.slidingExtent == nil && roles.rowGroups == 1 && roles.groupColumns == nil && roles.rowAxis != nil
  }

  /// What a choice for this schedule depends on: the operation, the types of its operands and which of them are known.
  var problemKey: String {
    let operands = anchor.operands.map { value in
      let isPacked = body.inputs.indices.contains { body.inputs[$0].value == value && packings[$0] != nil }
      return (isPacked ? "known " : "") + body.type(of: value).description
    }
    let attributes = anchor.operation.attributes.entries.map { "\($0.name) = \($0.value)" }
    let order = permutation.map(String.init).joined(separator: ", ")
    return "\(anchor.operation.name)(\(operands.joined(separator: ", "))) "
      + "{\(attributes.joined(separator: ", "))} stored [\(order)]"
  }

  /// The choice for this schedule in a table, where there is one that its target can follow.
  ///
  /// - Parameter panelWidth: the width of the panels of columns, where others decided it.
  func choice(in table: TuningTable, panelWidth: Int?) -> TileChoice? {
    let accumulator = operation.accumulatorType(anchor.operands.map { body.type(of: $0) })
    guard isTunable, let choice = table.choices[problemKey], choice.isPossible(of: accumulator, on: target),
      panelWidth.map({ $0 == choice.vectors * target.lanes(of: accumulator) }) ?? true
    else { return nil }
    return choice
  }

  /// The present choice, then others: each width with the greatest heights, and with other blocks.
  var candidates: [TileChoice] {
    let accumulator = operation.accumulatorType(anchor.operands.map { body.type(of: $0) })
    let present = TileChoice(rows: tile.rows, vectors: tile.vectors, blocking: blocks?.0)
    var found = [present]
    func add(_ choice: TileChoice) {
      if choice.isPossible(of: accumulator, on: target), !found.contains(choice) { found.append(choice) }
    }
    let extent = roles.rowAxis.map { shape[$0].typical } ?? 1
    for vectors in 1...4 {
      let most = min((target.vectorRegisterCount - 1) / vectors - 1, 14, max(extent, 1))
      for rows in [most, most - 2] where rows > 0 {
        var choice = TileChoice(rows: rows, vectors: vectors, blocking: blocks?.0)
        let fitting = PanelBlocking.copiedByteCount / (vectors * target.vectorByteCount)
        if let blocking = choice.blocking {
          let lanes = target.lanes(of: accumulator)
          choice.blocking?.depth = min(blocking.depth, fitting / lanes * lanes)
          choice.blocking?.panels = 1
        }
        add(choice)
      }
    }
    if var blocking = present.blocking {
      add(TileChoice(rows: tile.rows, vectors: tile.vectors))
      let lanes = target.lanes(of: accumulator)
      blocking.depth = max(blocking.depth / 2 / lanes * lanes, lanes)
      add(TileChoice(rows: tile.rows, vectors: tile.vectors, blocking: blocking))
      blocking.panels *= 2
      add(TileChoice(rows: tile.rows, vectors: tile.vectors, blocking: blocking))
    }
    return found
  }
}
