import DLGraph
import DLLoops
import DLOperations

extension FunctionLowering {
  /// Where a value that is part of another one lies; nil where it is a tensor of its own.
  mutating func placeInHost(
    _ value: ValueID, _ frame: inout LoweringFrame
  ) throws(LoweringError) -> Place? {
    guard let host = frame.host(of: value) else { return nil }
    let whole = try placeHost(host.value, &frame)
    return Place(
      view: whole.view, type: frame.graph.type(of: value), regions: [host.region] + whole.regions)
  }

  /// Where a value lies that others lie in: decided by the first of them that is computed.
  private mutating func placeHost(
    _ value: ValueID, _ frame: inout LoweringFrame
  ) throws(LoweringError) -> Place {
    if let place = frame.hostPlaces[value] { return place }
    if let place = try placeInHost(value, &frame) {
      frame.hostPlaces[value] = place
      return place
    }
    let place = try placeResult(value, &frame)
    frame.hostPlaces[value] = place
    return place
  }

  /// Emits what is left of a join: the border, and the pieces that were not computed in place.
  mutating func lower(
    _ join: Join, _ node: Node, _ frame: inout LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) {
    let whole = try placeHost(node.results[0], &frame)
    frame.places[node.results[0]] = whole
    let pieces = join.pieces.filter { piece in
      guard let operand = piece.operand, let place = frame.places[node.operands[operand]] else { return true }
      return place.view != whole.view || place.regions != [piece.region] + whole.regions
    }
    if pieces.isEmpty && join.padding == nil { return }
    let bytes = pieces.reduce(0) { $0 + $1.body.trafficByteCount }
    function.origins.append(Origin(sites: node.sites, operations: 0, byteCount: bytes))
    if let padding = join.padding {
      let schedule = BorderSchedule(type: whole.type, padding: padding, symbols: symbols)
      emit(
        .launch(
          kernel: library.kernel(for: schedule), arguments: [whole.view],
          symbols: symbols.map { IntegerExpression($0) }), &steps)
    }
    for piece in pieces {
      var body = piece.body
      body.symbols = symbols
      let operands = piece.operands.map { node.operands[$0] }
      let placed = try relocated(body, operands, outputs: [[piece.region] + whole.regions], frame)
      let compiled = library.kernel(for: placed, weights: [:])
      try run(compiled, operands, into: [whole.view], frame, &steps)
    }
  }

  /// A body that reads its operands where they lie, and places its outputs.
  func relocated(
    _ body: Graph, _ operands: [ValueID], outputs: [[Region]], _ frame: LoweringFrame
  ) throws(LoweringError) -> Graph {
    let inputs = operands.map { frame.places[$0]?.regions ?? [] }
    if inputs.allSatisfy(\.isEmpty) && outputs.allSatisfy(\.isEmpty) { return body }
    do {
      return try body.relocated(inputs: inputs, outputs: outputs)
    } catch {
      throw LoweringError("\(error)")
    }
  }
}
