internal import CLLVM
import DLGraph
import DLLoops

/// Writes the entry points of a program: from a `dlc_call` to the kernels.
final class ProgramEmitter {
  let program: Program
  let ir: IRBuilder
  /// How each kernel is called, by its index.
  private var launchers: [Launcher] = []
  private var observer: LaunchObserver?

  init(_ program: Program, _ ir: IRBuilder, reportsLaunches: Bool = false) {
    self.program = program
    self.ir = ir
    if reportsLaunches { observer = LaunchObserver(ir, name: "\(program.name)_observer") }
  }

  /// Writes all kernels, entry points and the description.
  func emit(_ description: ModelDescription, weights: WeightSummary) {
    for (index, kernel) in program.kernels.enumerated() {
      launchers.append(Launcher(kernel, name: "\(program.name)_k\(index)_\(kernel.name)", ir))
    }
    var entries: [DescriptorEmitter.Entry] = []
    for function in program.functions {
      let run = emitRun(function)
      entries.append(.init(function: function, run: run, shapes: emitShapes(function)))
    }
    DescriptorEmitter(program, ir).emit(description, entries, weights: weights)
  }

  // MARK: Entry points

  /// What an entry point has at hand while its steps are written.
  private struct Frame {
    var function: ProgramFunction
    var buffers: [IRValue]
    var executor: IRValue
    var symbols: [Symbol: IRValue]

    func value(of symbol: Symbol) -> IRValue { symbols[symbol]! }
  }

  private func emitRun(_ function: ProgramFunction) -> IRValue {
    let type = ir.function(returning: ir.void, [ir.pointer])
    let run = ir.define("\(program.name)_\(function.name)", type, isPrivate: false)
    for name in ["noalias", "nocapture", "nonnull", "readonly"] { ir.addAttribute(name, to: run, at: 1) }
    ir.begin(run)
    let call = CallRecord(ir, LLVMGetParam(run, 0))
    var symbols: [Symbol: IRValue] = [:]
    for (index, symbol) in function.symbols.enumerated() { symbols[symbol] = call.symbol(index) }
    let frame = Frame(
      function: function, buffers: function.buffers.map { call.address(of: $0.location) },
      executor: call.executor, symbols: symbols)
    observer?.reportBeginning()
    emit(function.steps, frame)
    ir.returnVoid()
    return run
  }

  private func emit(_ steps: [Step], _ frame: Frame) {
    for step in steps { emit(step, frame) }
  }

  private func emit(_ step: Step, _ frame: Frame) {
    switch step {
    case .launch(let kernel, let arguments, let symbols):
      launchers[kernel].call(
        executor: frame.executor, arguments: arguments.map { address($0, frame) },
        symbols: symbols.map { ir.evaluate($0, frame.value) })
      observer?.reportLaunch()
    case .loop(let symbol, let extent, let body):
      ir.loop(from: ir.int(0), to: ir.evaluate(extent, frame.value), symbol.name) { index in
        var inner = frame
        inner.symbols[symbol] = index
        emit(body, inner)
      }
    case .whileLoop(let condition, let flag, let body): emitWhile(condition, flag, body, frame)
    }
  }

  private func emitWhile(_ condition: [Step], _ flag: BufferView, _ body: [Step], _ frame: Frame) {
    let (test, work, exit) = (ir.appendBlock("while"), ir.appendBlock("do"), ir.appendBlock("done"))
    ir.branch(to: test)
    ir.move(to: test)
    emit(condition, frame)
    let value = ir.load(ir.i8, address(flag, frame), alignment: 1)
    ir.branch(ir.compare(LLVMIntNE, value, ir.int(0, ir.i8)), work, else: exit)
    ir.move(to: work)
    emit(body, frame)
    ir.branch(to: test)
    ir.move(to: exit)
  }

  private func address(_ view: BufferView, _ frame: Frame) -> IRValue {
    let base = frame.buffers[view.buffer]
    if view.offset == 0 { return base }
    let element = ir.memoryType(of: frame.function.buffers[view.buffer].elementType)
    return ir.address(base, element, ir.evaluate(view.offset, frame.value))
  }

  // MARK: Shapes

  private func emitShapes(_ function: ProgramFunction) -> IRValue {
    let type = ir.function(returning: ir.void, [ir.pointer, ir.pointer])
    let shapes = ir.define("\(program.name)_\(function.name)_shapes", type, isPrivate: true)
    ir.begin(shapes)
    var symbols: [Symbol: IRValue] = [:]
    for (index, symbol) in function.symbols.enumerated() {
      let address = ir.address(LLVMGetParam(shapes, 0), ir.i64, ir.int(index))
      symbols[symbol] = ir.load(ir.i64, address, alignment: 8)
    }
    let dimensions = (function.inputs + function.outputs).flatMap(\.type.shape)
    for (index, dimension) in dimensions.enumerated() {
      let value = ir.evaluate(dimension, { symbols[$0]! })
      ir.store(value, ir.address(LLVMGetParam(shapes, 1), ir.i64, ir.int(index)), alignment: 8)
    }
    ir.returnVoid()
    return shapes
  }
}
