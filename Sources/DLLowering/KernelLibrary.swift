import DLGraph
import DLLoops
import DLOperations

/// The kernels of a program, each once: twelve equal blocks of a model share theirs.
struct KernelLibrary {
  let target: TargetDescription
  let options: LoweringOptions
  private(set) var kernels: [Kernel] = []
  /// The kernels for which there was something to choose.
  private(set) var problems: [TuningProblem] = []
  private var known: [Key: Compiled] = [:]
  private var indices: [Kernel: Int] = [:]

  /// A kernel with what its caller has to know.
  struct Compiled {
    /// The index in `kernels`.
    var kernel: Int
    /// For operands that the kernel reads packed, how.
    var packings: [Int: OperandPacking]
    /// The types of the buffers that it needs besides operands and results.
    var scratch: [TensorType] = []
    /// The input in whose memory the output is stored, which the kernel doesn't take.
    var shared: Int?
    /// What runs before it, where it needs something.
    var preparation: Preparation?
    /// For results whose border it leaves alone, the kernel that fills it.
    var borders: [Int: Int] = [:]
  }

  /// A kernel that fills the scratch of another one.
  struct Preparation {
    /// The index in `kernels`.
    var kernel: Int
    /// The operands that it takes, before the scratch.
    var operands: [Int]
    /// The number of rounds in which the two take turns. Where it isn't 1, both take the round as their last symbol.
    var rounds: IntegerExpression
  }

  private struct Key: Hashable {
    var body: Graph
    var constants: Set<Int>
    var panelWidth: Int?
    var shared: Int?
    /// Whether the weights let bytes be multiplied two by two in 16 bits.
    var isBounded: Bool
  }

  init(target: TargetDescription, options: LoweringOptions) {
    self.target = target
    self.options = options
  }

  /// The kernel that computes a body.
  ///
  /// - Parameters:
  ///   - weights: the elements of the inputs of the body that are known now, and may be packed.
  ///   - panelWidth: the width of the panels into which tiles pack the columns of a constant; the best one where nil.
  ///   - shared: the input in whose memory the only output shall be stored.
  mutating func kernel(
    for body: Graph, weights: [Int: Literal], panelWidth: Int? = nil, shared: Int? = nil
  ) -> Compiled {
    let key = key(body, weights, panelWidth: panelWidth, shared: shared)
    if let compiled = known[key] { return compiled }
    var compiled = tiled(key) ?? elementwise(body, shared)
    compiled.shared = shared.flatMap { input in
      kernels[compiled.kernel].arguments.contains { $0.name == "in\(input)" } ? nil : input
    }
    known[key] = compiled
    return compiled
  }

  /// The kernel that computes a body whose outputs are parts of larger tensors; nil where the schedule that suits the
  /// body needs them to be tensors of their own.
  ///
  /// - Parameters:
  ///   - placed: the body with its outputs placed.
  ///   - body: the same without.
  mutating func kernel(
    for placed: Graph, insteadOf body: Graph, weights: [Int: Literal], panelWidth: Int? = nil
  ) -> Compiled? {
    let key = key(placed, weights, panelWidth: panelWidth)
    if let compiled = known[key] { return compiled }
    if RowSchedule(body, symbols: body.symbols) != nil { return nil }
    if StreamingSchedule(body, target: target, symbols: body.symbols) != nil { return nil }
    var compiled = tiled(key)
    if compiled == nil, placed.nodes.allSatisfy({ $0.reducing == nil }) {
      compiled = elementwise(placed, nil)
    }
    known[key] = compiled
    return compiled
  }

  /// The index of the kernel that fills a border.
  mutating func kernel(for schedule: BorderSchedule) -> Int { add(schedule.kernel(), name: "border") }

  /// The index of the kernel that updates a tensor where it lies.
  mutating func kernel(for schedule: UpdateSchedule) -> Int { add(schedule.kernel(), name: "update") }

  /// The kernel that does the same, but runs through its weights back and forth from call to call: what the last call
  /// left in the cache is read first. Nil where all of them stay in the second-level cache, and where there is no grid.
  ///
  /// - Parameter byteCount: the size of the weights that it reads.
  mutating func alternating(_ index: Int, reading byteCount: Int) -> Int? {
    guard target.cacheByteCounts.count > 1, byteCount > target.cacheByteCounts[1], kernels[index].grid != nil
    else { return nil }
    var kernel = kernels[index]
    let repetition = Symbol("repetition", lower: 0, upper: nil)
    kernel.symbols.append(repetition)
    kernel.grid?.repetition = repetition
    kernel.name = ""
    return add(kernel, name: String(kernels[index].name.drop { $0 != "_" }.dropFirst()))
  }

  private func key(_ body: Graph, _ weights: [Int: Literal], panelWidth: Int?, shared: Int? = nil) -> Key {
    var key = Key(
      body: body, constants: Set(weights.keys), panelWidth: panelWidth, shared: shared, isBounded: false)
    if target.prefersBoundedBytes, weights.values.contains(where: { $0.elementType == .i8 }),
      let schedule = dotProductSchedule(key)
    {
      key.isBounded = schedule.isBounded(weights[schedule.form.right], on: target)
    }
    return key
  }

  private func dotProductSchedule(_ key: Key) -> DotProductSchedule? {
    let schedule = DotProductSchedule(
      key.body, constants: key.constants, panelWidth: key.panelWidth, target: target,
      symbols: key.body.symbols)
    return key.isBounded ? schedule?.bounded : schedule
  }

  /// A kernel for anything but a group that is computed element by element.
  private mutating func tiled(_ key: Key) -> Compiled? {
    let (body, constants, panelWidth, shared) = (key.body, key.constants, key.panelWidth, key.shared)
    if let node = body.nodes.last, let primitive = node.operation as? any Primitive,
      case .whole(let operation) = primitive.lowering
    {
      let scratch = operation.scratchTypes(node.operands.map { body.type(of: $0) })
      return Compiled(
        kernel: add(whole(operation, body, scratch), body, nil), packings: [:], scratch: scratch)
    }
    let isPlaced = body.hasPlacedOutputs
    if !isPlaced, let schedule = RowSchedule(body, symbols: body.symbols) {
      return Compiled(kernel: add(schedule.kernel(), body, shared), packings: [:])
    }
    if let schedule = GroupedProductSchedule(
      body, constants: constants, target: target, symbols: body.symbols)
    {
      return Compiled(
        kernel: add(schedule.kernel(), body, shared), packings: schedule.packings, borders: borders(of: body))
    }
    if let schedule = dotProductSchedule(key) {
      return Compiled(
        kernel: add(schedule.kernel(), body, shared), packings: schedule.packings, borders: borders(of: body))
    }
    if let problem = SparseProblem(body, target: target, symbols: body.symbols) {
      return compile(problem, body, shared)
    }
    if let schedule = DotSchedule(body, symbols: body.symbols) {
      return Compiled(kernel: add(schedule.kernel(), body, shared), packings: [:], borders: borders(of: body))
    }
    if let schedule = FewColumnsSchedule(
      body, constants: constants, target: target, symbols: body.symbols)
    {
      return Compiled(kernel: add(schedule.kernel(), body, shared), packings: schedule.packings)
    }
    if let schedule = RowUpdateSchedule(body, constants: constants, symbols: body.symbols) {
      return Compiled(kernel: add(schedule.kernel(), body, shared), packings: [:], borders: borders(of: body))
    }
    if let schedule = TransposeSchedule(body, target: target, symbols: body.symbols) {
      return Compiled(kernel: add(schedule.kernel(), body, shared), packings: [:])
    }
    if !isPlaced, let schedule = StreamingSchedule(body, target: target, symbols: body.symbols) {
      return Compiled(kernel: add(schedule.kernel(), body, shared), packings: [:])
    }
    if options.usesWinograd,
      let schedule = WinogradSchedule.fastest(
        for: body, constants: constants, target: target, symbols: body.symbols)
    {
      return compile(schedule, body, shared)
    }
    if let schedule = TileSchedule(
      body, constants: constants, panelWidth: panelWidth, target: target, symbols: body.symbols,
      tuning: options.tuning)
    {
      if let problem = TuningProblem(schedule, constants: constants) { problems.append(problem) }
      return Compiled(
        kernel: add(schedule.kernel(), body, shared), packings: schedule.packings, borders: borders(of: body))
    }
    return nil
  }

  private mutating func elementwise(_ body: Graph, _ shared: Int?) -> Compiled {
    let schedule = ElementSchedule(body: body, target: target, symbols: body.symbols)
    return Compiled(kernel: add(schedule.kernel(), body, shared), packings: [:])
  }

  private mutating func compile(_ problem: SparseProblem, _ body: Graph, _ shared: Int?) -> Compiled {
    var compiled = Compiled(kernel: 0, packings: [:], borders: borders(of: body))
    if let schedule = SparseBlockSchedule(problem) {
      compiled.kernel = add(schedule.kernel(), body, shared)
    } else if let schedule = SparseDotSchedule(problem) {
      compiled.kernel = add(schedule.kernel(), body, shared)
    } else {
      let schedule = SparseRowsSchedule(problem)
      compiled.preparation = Preparation(
        kernel: add(schedule.arrangingKernel(), name: "arrange"), operands: schedule.arrangedInputs,
        rounds: 1)
      compiled.kernel = add(schedule.productKernel(), body, shared)
      compiled.scratch = [schedule.scratch]
    }
    return compiled
  }

  private mutating func compile(
    _ schedule: WinogradSchedule, _ body: Graph, _ shared: Int?
  ) -> Compiled {
    let preparation = Preparation(
      kernel: add(schedule.inputKernel(), name: "transform"), operands: schedule.transformedInputs,
      rounds: schedule.blocking.stripCount)
    return Compiled(
      kernel: add(schedule.productKernel(), body, shared), packings: schedule.packings,
      scratch: [schedule.scratch],
      preparation: preparation, borders: borders(of: body))
  }

  /// The kernels that fill the borders of padded outputs.
  private mutating func borders(of body: Graph) -> [Int: Int] {
    var borders: [Int: Int] = [:]
    for (index, output) in body.outputs.enumerated() {
      guard let padding = body.zeroPadding(output.value) else { continue }
      let schedule = BorderSchedule(
        type: body.type(of: output.value), padding: padding.operation, symbols: body.symbols)
      borders[index] = kernel(for: schedule)
    }
    return borders
  }

  private func whole(_ operation: any WholeOperation, _ body: Graph, _ scratch: [TensorType]) -> Kernel {
    let draft = KernelDraft(body, symbols: body.symbols)
    let buffers = scratch.enumerated().map { index, type in
      TensorBuffer(draft.builder.addBuffer("scratch\(index)", type.elementType, .output), type)
    }
    operation.emit(draft.inputs, draft.outputs, scratch: buffers, in: draft.builder)
    return draft.builder.finish()
  }

  /// Adds a kernel, or finds the one that is equal but for its name.
  ///
  /// - Parameter shared: the input whose buffer is that of the output.
  private mutating func add(_ kernel: Kernel, _ body: Graph, _ shared: Int?) -> Int {
    let output = BufferID(body.inputs.count)
    // What waits in the output before the result is known would overwrite the input.
    guard let shared, !kernel.reads(output) else { return add(kernel, name: body.principalName) }
    return add(kernel.sharing(BufferID(shared), with: output), name: body.principalName)
  }

  private mutating func add(_ kernel: Kernel, name: String) -> Int {
    if let index = indices[kernel] { return index }
    var named = kernel
    named.name = "k\(kernels.count)_\(name)"
    indices[kernel] = kernels.count
    kernels.append(named)
    return kernels.count - 1
  }
}

extension Graph {
  /// The name of the operation that a group is mostly about.
  fileprivate var principalName: String {
    let computing = nodes.filter { !($0.operation is Placed) }
    return (computing.last { $0.reducing != nil } ?? computing.last)?.operation.name ?? "copy"
  }
}
