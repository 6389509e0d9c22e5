import DLGraph
import DLLoops
import DLOperations

extension FunctionLowering {
  /// Runs the kernel of a body on the operands of a node.
  mutating func launch(
    _ body: Graph, _ node: Node, _ frame: inout LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) {
    if let join = Join(body) { return try lower(join, node, &frame, &steps) }
    var body = body
    body.symbols = symbols
    function.origins.append(
      Origin(sites: node.sites, operations: body.operationCount, byteCount: body.trafficByteCount))
    if try launchUpdate(body, node, &frame, &steps) { return }
    var weights: [Int: Literal] = [:]
    for (index, operand) in node.operands.enumerated() { weights[index] = frame.literals[operand] }
    let panelWidth = widths.width(for: node.operands.compactMap { frame.literals[$0] })
    let apart = try relocated(body, node.operands, outputs: node.results.map { _ in [] }, frame)
    var inside: [Place?] = []
    for result in node.results { inside.append(try placeInHost(result, &frame)) }
    var compiled: KernelLibrary.Compiled?
    if inside.contains(where: { $0 != nil }) {
      let placed = try relocated(body, node.operands, outputs: inside.map { $0?.regions ?? [] }, frame)
      compiled = library.kernel(for: placed, insteadOf: apart, weights: weights, panelWidth: panelWidth)
    }
    let kernel =
      compiled
      ?? library.kernel(
        for: apart, weights: weights, panelWidth: panelWidth,
        shared: inPlaceOperand(of: apart, node, frame))
    for (result, region) in zip(node.results, inside) {
      if compiled != nil, let region {
        frame.places[result] = region
      } else if let shared = kernel.shared {
        let view = place(of: node.operands[shared], frame).view
        frame.places[result] = Place(view: view, type: frame.graph.type(of: result))
      } else {
        frame.places[result] = try placeResult(result, &frame)
      }
    }
    try run(kernel, node.operands, into: node.results.map { place(of: $0, frame).view }, frame, &steps)
  }

  /// The operand of a node in whose memory its result may lie.
  private func inPlaceOperand(of body: Graph, _ node: Node, _ frame: LoweringFrame) -> Int? {
    guard node.results.count == 1, frame.targets[node.results[0]] == nil,
      frame.host(of: node.results[0]) == nil
    else { return nil }
    return body.inputsReadInPlace.first {
      frame.places[node.operands[$0]]?.regions.isEmpty ?? false && frame.mayOverwrite(node.operands[$0])
    }
  }

  /// Emits the steps of a kernel.
  ///
  /// - Parameter results: where its outputs lie, or what they are parts of.
  mutating func run(
    _ compiled: KernelLibrary.Compiled, _ operands: [ValueID], into results: [BufferView],
    _ frame: LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) {
    let symbols = symbols.map { IntegerExpression($0) }
    var arguments: [BufferView] = []
    for (index, operand) in operands.enumerated() {
      if let packing = compiled.packings[index], let literal = frame.literals[operand] {
        arguments.append(weight(literal, packing).view)
      } else {
        arguments.append(place(of: operand, frame).view)
      }
    }
    let inputs = arguments
    if let shared = compiled.shared { arguments.remove(at: shared) }
    arguments += results
    for (result, kernel) in compiled.borders.sorted(by: { $0.key < $1.key }) {
      emit(.launch(kernel: kernel, arguments: [results[result]], symbols: symbols), &steps)
    }
    let scratch = try compiled.scratch.map { (type) throws(LoweringError) in
      try allocate("scratch", type).view
    }
    arguments += scratch
    let launch = { (round: [IntegerExpression]) in
      Step.launch(kernel: compiled.kernel, arguments: arguments, symbols: symbols + round)
    }
    guard let preparation = compiled.preparation else {
      let weights = operands.compactMap { frame.literals[$0]?.byteCount }.reduce(0, +)
      if let repetition, let kernel = library.alternating(compiled.kernel, reading: weights) {
        let values = symbols + [IntegerExpression(repetition)]
        return emit(.launch(kernel: kernel, arguments: arguments, symbols: values), &steps)
      }
      return emit(launch([]), &steps)
    }
    repeated(preparation.rounds, using: arguments, &steps) { lowering, round, steps in
      let operands = preparation.operands.map { inputs[$0] }
      let step = Step.launch(
        kernel: preparation.kernel, arguments: operands + scratch, symbols: symbols + round)
      lowering.emit(step, &steps)
      lowering.emit(launch(round), &steps)
    }
  }

  /// Emits steps for each of some rounds, which they get as a symbol where there are several.
  ///
  /// - Parameter buffers: what the steps use.
  private mutating func repeated(
    _ rounds: IntegerExpression, using buffers: [BufferView], _ steps: inout [Step],
    _ body: (inout Self, _ round: [IntegerExpression], inout [Step]) -> Void
  ) {
    if rounds == 1 { return body(&self, [], &steps) }
    let symbol = Symbol("r\(loopCount)", lower: 0, upper: rounds - 1)
    loopCount += 1
    let start = clock
    clock += 1
    var inner: [Step] = []
    body(&self, [IntegerExpression(symbol)], &inner)
    steps.append(.loop(symbol, extent: rounds, inner))
    closeLoop(from: start, using: buffers)
  }

  /// Writes the block of a dynamic update into the tensor where it lies, if nothing needs the tensor as it was.
  private mutating func launchUpdate(
    _ body: Graph, _ node: Node, _ frame: inout LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) -> Bool {
    guard let schedule = UpdateSchedule(body, symbols: symbols), frame.targets[node.results[0]] == nil,
      frame.mayOverwrite(node.operands[schedule.tensor])
    else { return false }
    let place = place(of: node.operands[schedule.tensor], frame)
    frame.places[node.results[0]] = place
    function.origins[function.origins.count - 1].byteCount = schedule.trafficByteCount
    let operands = schedule.operands.map { self.place(of: node.operands[$0], frame).view }
    emit(
      .launch(
        kernel: library.kernel(for: schedule), arguments: operands + [place.view],
        symbols: symbols.map { IntegerExpression($0) }), &steps)
    return true
  }
}
