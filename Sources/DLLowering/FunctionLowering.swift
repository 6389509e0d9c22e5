import DLGraph
import DLLoops
import DLOperations

/// A tensor in memory: dense, at an offset in a buffer, or a part of one that is.
struct Place: Hashable {
  var view: BufferView
  var type: TensorType
  /// The regions in which it lies, from the inside out; none where it is dense itself.
  var regions: [Region] = []
}

/// Turns the graph of one entry point into steps.
struct FunctionLowering {
  var library: KernelLibrary
  var weights: WeightLayout
  let widths: PanelWidths
  var function: ProgramFunction
  let symbols: [Symbol]

  /// The lifetime and size of each buffer of the workspace.
  private var requests: [Int: MemoryPlan.Request] = [:]
  /// The number of steps so far.
  var clock = 0
  private var weightBuffers: [Int: Int] = [:]
  var loopCount = 0
  /// The index of the innermost loop with a known number of iterations.
  private(set) var repetition: Symbol?

  init(_ graph: Graph, library: KernelLibrary, weights: WeightLayout, widths: PanelWidths) {
    self.library = library
    self.weights = weights
    self.widths = widths
    symbols = graph.symbols
    let arguments = { (role: Graph.Role) in
      graph.inputs.filter { $0.role == role }.map {
        ProgramFunction.Argument(name: $0.name, type: graph.type(of: $0.value))
      }
    }
    function = ProgramFunction(
      name: graph.name, symbols: graph.symbols, inputs: arguments(.tensor),
      outputs: graph.outputs.filter { $0.role == .tensor }.map {
        ProgramFunction.Argument(name: $0.name, type: graph.type(of: $0.value))
      })
  }

  /// Emits the whole function.
  ///
  /// - Parameter states: the position of each state of the module.
  mutating func lower(_ graph: Graph, states: [String: Int]) throws(LoweringError) {
    var inputCount = 0
    var arguments: [Place] = []
    var statePlaces: [String: Place] = [:]
    for input in graph.inputs {
      let type = graph.type(of: input.value)
      if input.role == .state {
        let place = add(input.name, type, at: .state(states[input.name] ?? 0))
        statePlaces[input.name] = place
        arguments.append(place)
      } else {
        arguments.append(add(input.name, type, at: .input(inputCount)))
        inputCount += 1
      }
    }
    // What becomes of the old value of a state that is set doesn't matter; one that is only read must stay.
    let assigned = graph.outputs.filter { $0.role == .state }.compactMap { statePlaces[$0.name]?.view.buffer }
    var outputCount = 0
    var destinations: [Place?] = []
    for output in graph.outputs {
      if output.role == .state {
        destinations.append(nil)
      } else {
        destinations.append(add(output.name, graph.type(of: output.value), at: .output(outputCount)))
        outputCount += 1
      }
    }
    var steps: [Step] = []
    let results = try lower(graph, arguments, destinations, owned: Set(assigned), &steps)
    var updates: [(from: Place, to: Place)] = []
    for (output, place) in zip(graph.outputs, results) where output.role == .state {
      let state =
        statePlaces[output.name] ?? add(output.name, place.type, at: .state(states[output.name] ?? 0))
      updates.append((place, state))
    }
    try assign(updates, &steps)
    function.steps = steps
    place()
  }

  /// Emits the nodes of a graph.
  ///
  /// - Parameters:
  ///   - destinations: where the outputs shall lie; nil where that does not matter.
  ///   - owned: the buffers of arguments that may be overwritten once the arguments are not needed any more.
  /// - Returns: where the outputs lie.
  private mutating func lower(
    _ graph: Graph, _ arguments: [Place], _ destinations: [Place?], owned: Set<Int> = [],
    _ steps: inout [Step]
  ) throws(LoweringError) -> [Place] {
    var frame = LoweringFrame(graph: graph, arguments: arguments, owned: owned)
    for (output, destination) in zip(graph.outputs, destinations) {
      if let destination, frame.targets[output.value] == nil { frame.targets[output.value] = destination }
    }
    for (position, node) in graph.nodes.enumerated() {
      frame.position = position
      try lower(node, &frame, &steps)
    }
    var results: [Place] = []
    for (output, destination) in zip(graph.outputs, destinations) {
      let place = place(of: output.value, frame)
      if let destination, place.view != destination.view { try copy(place, to: destination, &steps) }
      results.append(destination ?? place)
    }
    return results
  }

  private mutating func lower(
    _ node: Node, _ frame: inout LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) {
    switch node.operation {
    case let constant as Constant:
      frame.literals[node.results[0]] = constant.literal
    case let parameter as Parameter:
      throw LoweringError("the parameter '\(parameter.parameterName)' has no value")
    case is Reshape where frame.targets[node.results[0]] == nil && frame.literals[node.operands[0]] == nil:
      // The same elements in the same order: another name for the same memory.
      var place = place(of: node.operands[0], frame)
      place.type = frame.graph.type(of: node.results[0])
      frame.places[node.results[0]] = place
    case let scan as Scan: try lower(scan, node, &frame, &steps)
    case let loop as While: try lower(loop, node, &frame, &steps)
    case let group as Group: try launch(group.body, node, &frame, &steps)
    default: try launch(Graph(single: node, in: frame.graph), node, &frame, &steps)
    }
  }

  // MARK: Loops

  private mutating func lower(
    _ scan: Scan, _ node: Node, _ frame: inout LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) {
    let operands = node.operands.map { place(of: $0, frame) }
    let carries = try placeCarries(Array(node.operands.prefix(scan.carries)), &frame)
    try assign(Array(zip(operands, carries)).map { (from: $0.0, to: $0.1) }, &steps)
    let sequences = operands.dropFirst(scan.carries).prefix(scan.sequences)
    let extent = sequences.first?.type.shape[0] ?? 0
    var stacked: [Place] = []
    for value in node.results.dropFirst(scan.carries) {
      stacked.append(try placeResult(value, &frame))
    }

    let symbol = Symbol("t\(loopCount)", lower: 0, upper: extent - 1)
    loopCount += 1
    let start = clock
    clock += 1
    let position = scan.reverse ? extent - 1 - IntegerExpression(symbol) : IntegerExpression(symbol)
    let arguments =
      carries + sequences.map { $0.element(at: position) } + operands.dropFirst(scan.carries + scan.sequences)
    let destinations =
      [Place?](repeating: nil, count: scan.carries) + stacked.map { $0.element(at: position) }
    var inner: [Step] = []
    let outer = repetition
    repetition = symbol
    defer { repetition = outer }
    let results = try lower(
      scan.body, arguments, destinations, owned: Set(carries.map(\.view.buffer)), &inner)
    try assign(Array(zip(results, carries)).map { (from: $0.0, to: $0.1) }, &inner)
    steps.append(.loop(symbol, extent: extent, inner))
    closeLoop(from: start, using: (operands + carries + stacked).map(\.view))
    for (value, place) in zip(node.results, carries + stacked) { frame.places[value] = place }
  }

  private mutating func lower(
    _ loop: While, _ node: Node, _ frame: inout LoweringFrame, _ steps: inout [Step]
  ) throws(LoweringError) {
    let operands = node.operands.map { place(of: $0, frame) }
    let carries = try placeCarries(Array(node.operands.prefix(loop.carries)), &frame)
    try assign(Array(zip(operands, carries)).map { (from: $0.0, to: $0.1) }, &steps)
    let start = clock
    clock += 1
    let arguments = carries + operands.dropFirst(loop.carries)
    var condition: [Step] = []
    let flag = try lower(loop.condition, arguments, [nil], &condition)[0]
    var body: [Step] = []
    let results = try lower(
      loop.body, arguments, [Place?](repeating: nil, count: loop.carries),
      owned: Set(carries.map(\.view.buffer)), &body)
    try assign(Array(zip(results, carries)).map { (from: $0.0, to: $0.1) }, &body)
    steps.append(.whileLoop(condition: condition, flag: flag.view, body: body))
    closeLoop(from: start, using: (operands + carries + [flag]).map(\.view))
    for (value, place) in zip(node.results, carries) { frame.places[value] = place }
  }

  /// Where a result shall lie: where the caller wants it, or in new memory.
  mutating func placeResult(
    _ value: ValueID, _ frame: inout LoweringFrame
  ) throws(LoweringError) -> Place {
    if let target = frame.targets[value] { return target }
    let place = try allocate("v\(value.index)", frame.graph.type(of: value))
    frame.owned.insert(place.view.buffer)
    return place
  }

  /// Where a loop keeps its carries: where their first values lie, if nothing needs these afterwards, or in new memory.
  private mutating func placeCarries(
    _ initial: [ValueID], _ frame: inout LoweringFrame
  ) throws(LoweringError) -> [Place] {
    var carries: [Place] = []
    for value in initial {
      let first = place(of: value, frame)
      carries.append(frame.mayOverwrite(value) ? first : try allocate("carry", first.type))
    }
    frame.owned.formUnion(carries.map(\.view.buffer))
    return carries
  }

  /// Copies several tensors at once: a source is read before it is overwritten.
  private mutating func assign(
    _ pairs: [(from: Place, to: Place)], _ steps: inout [Step]
  ) throws(LoweringError) {
    var pairs = pairs.filter { $0.from.view != $0.to.view }
    let overwritten = Set(pairs.map(\.to.view.buffer))
    for index in pairs.indices where overwritten.contains(pairs[index].from.view.buffer) {
      let temporary = try allocate("old", pairs[index].from.type)
      try copy(pairs[index].from, to: temporary, &steps)
      pairs[index].from = temporary
    }
    for pair in pairs { try copy(pair.from, to: pair.to, &steps) }
  }

  private mutating func copy(
    _ source: Place, to target: Place, _ steps: inout [Step]
  ) throws(LoweringError) {
    var body = Graph(name: "group", symbols: symbols)
    let value = body.addInput("in0", TensorType(source.type.elementType, [source.type.count]))
    body.outputs = [Graph.Output(name: "out0", value: value)]
    function.origins.append(Origin(sites: [], operations: 0, byteCount: body.trafficByteCount))
    let compiled = library.kernel(for: body, weights: [:])
    emit(
      .launch(
        kernel: compiled.kernel, arguments: [source.view, target.view],
        symbols: symbols.map { IntegerExpression($0) }), &steps)
  }

  // MARK: Memory

  mutating func emit(_ step: Step, _ steps: inout [Step]) {
    if case .launch(_, let arguments, _) = step {
      for argument in arguments { touch(argument.buffer) }
      function.launchOrigins.append(function.origins.count - 1)
    }
    clock += 1
    steps.append(step)
  }

  /// Says that a buffer is in use now.
  private mutating func touch(_ buffer: Int) {
    guard let request = requests[buffer] else { return }
    requests[buffer]?.lifetime = request.lifetime.lowerBound...clock
  }

  /// Ends a loop that began at a step. What was there before it and is used in it is needed until its end, because the
  /// next iteration uses it again.
  mutating func closeLoop(from start: Int, using buffers: [BufferView]) {
    for (buffer, request) in requests
    where request.lifetime.lowerBound < start && request.lifetime.upperBound >= start {
      touch(buffer)
    }
    for view in buffers { touch(view.buffer) }
    clock += 1
  }

  mutating func allocate(_ name: String, _ type: TensorType) throws(LoweringError) -> Place {
    guard let bytes = type.maximumByteCount else { throw LoweringError(unbounded: type) }
    let place = add(name, type, at: .workspace(0))
    requests[place.view.buffer] = MemoryPlan.Request(byteCount: bytes, lifetime: clock...clock)
    return place
  }

  private mutating func add(
    _ name: String, _ type: TensorType, at location: ProgramBuffer.Location
  ) -> Place {
    function.buffers.append(ProgramBuffer(name: name, elementType: type.elementType, location: location))
    return Place(view: BufferView(buffer: function.buffers.count - 1), type: type)
  }

  mutating func place(of value: ValueID, _ frame: LoweringFrame) -> Place {
    if let literal = frame.literals[value] { return weight(literal) }
    guard let place = frame.places[value] else { preconditionFailure("value \(value.index) has no place") }
    return place
  }

  /// A constant in the order of its packing; the type is that of the constant.
  mutating func weight(_ literal: Literal, _ packing: OperandPacking? = nil) -> Place {
    let offset = weights.place(literal, packing)
    if let buffer = weightBuffers[offset] {
      return Place(view: BufferView(buffer: buffer), type: literal.type)
    }
    let type = TensorType(packing?.elementType ?? literal.elementType, literal.type.shape)
    let place = add("w\(offset)", type, at: .weights(offset))
    weightBuffers[offset] = place.view.buffer
    return place
  }

  /// Gives every buffer of the workspace its offset.
  private mutating func place() {
    let order = requests.keys.sorted()
    let plan = MemoryPlan(order.compactMap { requests[$0] }, alignment: WeightLayout.alignment)
    for (buffer, offset) in zip(order, plan.offsets) {
      function.buffers[buffer].location = .workspace(offset)
    }
    function.workspaceByteCount = plan.byteCount
    function.leastWorkspaceByteCount = plan.lowerBound
  }
}

extension Place {
  /// The part of a tensor at one index of its first axis.
  func element(at index: IntegerExpression) -> Place {
    let type = TensorType(type.elementType, Array(type.shape.dropFirst()))
    return Place(
      view: BufferView(buffer: view.buffer, offset: view.offset + index * type.count), type: type)
  }
}

extension Graph {
  /// The graph of one node of another graph.
  init(single node: Node, in graph: Graph) {
    self.init(name: "group")
    let operands = node.operands.enumerated().map { addInput("in\($0)", graph.type(of: $1)) }
    // The types were right in the other graph.
    let results = (try? append(node.operation, operands)) ?? []
    outputs = results.enumerated().map { Output(name: "out\($0)", value: $1) }
  }
}
