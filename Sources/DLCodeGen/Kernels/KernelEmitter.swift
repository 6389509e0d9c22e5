internal import CLLVM
import DLGraph
import DLLoops

/// Writes one kernel as an LLVM function.
///
/// The function takes the addresses of the argument buffers, then the kernel's symbols as i64, and where the kernel has
/// a grid the first and the end of the iterations to run.
///
/// A local becomes a scalar where it is the same in every lane, else a vector. Values of `f16` and `bf16` are carried
/// as `f32` and are rounded when stored or converted; a `bool` is an i1 as a value and a byte in memory.
final class KernelEmitter {
  let kernel: Kernel
  let ir: IRBuilder
  /// The addresses of the buffers.
  var memory: [IRValue] = []
  var locals: [IRValue?]
  var scope = Scope()
  /// The vector loop being written.
  var vector: VectorScope?

  /// What the symbols stand for at the point of writing.
  struct Scope {
    var values: [Symbol: SymbolValue] = [:]
    /// How many loops are around the one that a symbol counts.
    var depths: [Symbol: Int] = [:]
    var depth = 0
  }

  enum SymbolValue {
    /// Known now, as the index of an unrolled loop.
    case constant(Int)
    /// The same in every lane.
    case scalar(IRValue)
    /// An i64 per lane.
    case lanes(IRValue)
    /// The index of the vector loop: the value in lane 0, one more in each following lane.
    case consecutive(first: IRValue)
  }

  /// The state of the vector loop being written.
  struct VectorScope {
    var symbol: Symbol
    var lanes: Int
    /// The lanes that run; nil where all do.
    var mask: IRValue?
    /// The reductions carried in registers, by what they reduce into.
    var accumulators: [AccumulatorKey: IRValue] = [:]
  }

  /// A place that a vector loop reduces into.
  struct AccumulatorKey: Hashable {
    var function: ReductionFunction
    var buffer: BufferID
    var index: IntegerExpression
  }

  init(_ kernel: Kernel, _ ir: IRBuilder) {
    self.kernel = kernel
    self.ir = ir
    locals = [IRValue?](repeating: nil, count: kernel.locals.count)
  }

  /// The type of the function.
  static func functionType(of kernel: Kernel, _ ir: IRBuilder) -> IRType {
    let integers = kernel.symbols.count + (kernel.grid == nil ? 0 : 2)
    let parameters = kernel.arguments.map { _ in ir.pointer } + (0..<integers).map { _ in ir.i64 }
    return ir.function(returning: ir.void, parameters)
  }

  /// Writes the function under a name.
  func emit(name: String) -> IRValue {
    let function = ir.define(name, Self.functionType(of: kernel, ir), isPrivate: true)
    // A kernel stays a function of its own, so that profiles name it.
    ir.addAttribute("noinline", to: function)
    ir.begin(function)
    for (index, buffer) in kernel.buffers.enumerated() {
      memory.append(address(of: buffer, at: index, in: function))
    }
    let firstSymbol = kernel.arguments.count
    var isBackward: IRValue?
    for (index, symbol) in kernel.symbols.enumerated() {
      let parameter = LLVMGetParam(function, UInt32(firstSymbol + index))!
      LLVMSetValueName2(parameter, symbol.name, symbol.name.utf8.count)
      scope.values[symbol] = .scalar(parameter)
      if symbol == kernel.grid?.repetition {
        isBackward = ir.compare(LLVMIntNE, ir.and(parameter, ir.int(1)), ir.int(0))
      }
    }
    if let grid = kernel.grid {
      let first = UInt32(firstSymbol + kernel.symbols.count)
      let begin = LLVMGetParam(function, first)!
      let end = LLVMGetParam(function, first + 1)!
      let last = ir.subtract(ir.add(begin, end), ir.int(1))
      ir.loop(from: begin, to: end, grid.symbol.name) { step in
        let index = isBackward.map { ir.select($0, ir.subtract(last, step), step) } ?? step
        nested(grid.symbol, .scalar(index)) { emit(kernel.body) }
      }
    } else {
      emit(kernel.body)
    }
    ir.returnVoid()
    return function
  }

  private func address(of buffer: Buffer, at index: Int, in function: IRValue) -> IRValue {
    switch buffer.space {
    case .local(let count):
      // One vector more, so that the rest of a vector loop may read past the end.
      let padded = count + ir.target.vectorByteCount / buffer.elementType.byteCount
      let type = ir.memoryType(of: buffer.elementType)
      return ir.allocate(type, count: padded, alignment: 64, buffer.name)
    case .input, .output:
      let parameter = LLVMGetParam(function, UInt32(index))!
      LLVMSetValueName2(parameter, buffer.name, buffer.name.utf8.count)
      var attributes = ["noalias", "nocapture", "nonnull", "noundef"]
      if buffer.space == .input { attributes.append("readonly") }
      for name in attributes { ir.addAttribute(name, to: function, at: index + 1) }
      ir.addAttribute("align", value: UInt64(buffer.elementType.byteCount), to: function, at: index + 1)
      return parameter
    }
  }

  /// Writes a body in which a symbol has a value.
  func nested(_ symbol: Symbol, _ value: SymbolValue, _ body: () -> Void) {
    let saved = scope
    scope.values[symbol] = value
    scope.depth += 1
    scope.depths[symbol] = scope.depth
    body()
    scope = saved
  }

  func emit(_ block: Block) {
    let saved = scope
    for statement in block { emit(statement) }
    scope = saved
  }

  private func emit(_ statement: Statement) {
    switch statement {
    case .define(let local, let instruction):
      locals[local.index] = emit(instruction, type: kernel.type(of: local))
    case .bind(let symbol, let local): bind(symbol, local)
    case .store(let value, let buffer, let at, let mask):
      store(self[value], buffer, index(at), mask: mask.map { self[$0] })
    case .accumulate(let function, let value, let buffer, let at):
      accumulate(function, self[value], buffer, at)
    case .prefetch(let buffer, let at): prefetch(buffer, index(at))
    case .transpose(let block): transpose(block)
    case .loop(let loop): emit(loop)
    case .conditional(let condition, let then, let otherwise):
      let condition = self[condition]
      ir.when(condition, "then") { emit(then) }
      if !otherwise.isEmpty { ir.when(ir.not(condition), "else") { emit(otherwise) } }
    }
  }

  private func bind(_ symbol: Symbol, _ local: Local) {
    let value = self[local]
    let type = kernel.type(of: local)
    let wide =
      type == .i64 ? value : type == .u8 ? ir.zeroExtend(value, ir.i64) : ir.signExtend(value, ir.i64)
    scope.values[symbol] = ir.isVector(wide) ? .lanes(wide) : .scalar(wide)
    scope.depths[symbol] = scope.depth
  }

  /// The value of a local, which the verifier has found to be defined.
  subscript(local: Local) -> IRValue { locals[local.index]! }
}
