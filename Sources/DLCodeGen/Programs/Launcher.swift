internal import CLLVM
import DLGraph
import DLLoops

/// Calls one kernel, whose independent iterations it hands to the executor in chunks.
///
/// The chunks are as equal as possible and have at least `grain` iterations, whatever the number of threads. The executor
/// gives each of its threads a range of them, which becomes one call.
struct Launcher {
  private let kernel: Kernel
  private let ir: IRBuilder
  private let function: IRValue
  private let type: IRType
  /// Arguments, symbols and the extent of the grid.
  private let closureType: IRType

  /// Writes the kernel and what its calls need.
  init(_ kernel: Kernel, name: String, _ ir: IRBuilder) {
    self.kernel = kernel
    self.ir = ir
    function = KernelEmitter(kernel, ir).emit(name: name)
    type = KernelEmitter.functionType(of: kernel, ir)
    var fields: [IRType?] = kernel.arguments.map { _ in ir.pointer }
    fields += (0...kernel.symbols.count).map { _ in ir.i64 }
    closureType = LLVMStructTypeInContext(ir.context, &fields, UInt32(fields.count), 0)
    body = kernel.grid.map { emitBody($0, name: name + "_chunk") }
  }

  /// `body(closure, begin, end)` for a range of chunks; nil without a grid.
  private var body: IRValue?

  /// Writes a call.
  func call(executor: IRValue, arguments: [IRValue], symbols: [IRValue]) {
    guard let grid = kernel.grid, let body else {
      _ = ir.call(function, type, arguments + symbols)
      return
    }
    let values = Dictionary(uniqueKeysWithValues: zip(kernel.symbols, symbols))
    let extent = ir.evaluate(grid.extent, { values[$0]! })
    let inOnePiece = arguments + symbols + [ir.int(0), extent]
    if let constant = ir.constantInteger(extent), constant < 2 * grid.grain {
      _ = ir.call(function, type, inOnePiece)
      return
    }
    let isShared = ir.and(
      ir.compare(LLVMIntNE, executor, ir.null()), ir.compare(LLVMIntSGE, extent, ir.int(2 * grid.grain)))
    let (parallel, serial) = (ir.appendBlock("parallel"), ir.appendBlock("serial"))
    let done = ir.appendBlock("launched")
    ir.branch(isShared, parallel, else: serial)
    ir.move(to: serial)
    _ = ir.call(function, type, inOnePiece)
    ir.branch(to: done)
    ir.move(to: parallel)
    share(body, grid, executor, values: arguments + symbols + [extent])
    ir.branch(to: done)
    ir.move(to: done)
  }

  private func share(_ body: IRValue, _ grid: Kernel.Grid, _ executor: IRValue, values: [IRValue]) {
    let closure = ir.allocate(closureType, alignment: 8, "closure")
    for (index, value) in values.enumerated() { ir.store(value, field(closure, index), alignment: 8) }
    let count = chunkCount(of: values[values.count - 1], grid)
    let parallelFor = ir.load(ir.pointer, executor, alignment: 8)
    let pool = ir.load(ir.pointer, ir.address(executor, ir.pointer, ir.int(1)), alignment: 8)
    let signature = ir.function(returning: ir.void, [ir.pointer, ir.i64, ir.pointer, ir.pointer])
    _ = ir.call(parallelFor, signature, [pool, count, body, closure])
  }

  /// The number of chunks for an extent of at least one of them.
  private func chunkCount(of extent: IRValue, _ grid: Kernel.Grid) -> IRValue {
    LLVMBuildUDiv(ir.builder, extent, ir.int(grid.grain), "")!
  }

  private func emitBody(_ grid: Kernel.Grid, name: String) -> IRValue {
    let signature = ir.function(returning: ir.void, [ir.pointer, ir.i64, ir.i64])
    let body = ir.define(name, signature, isPrivate: true)
    ir.begin(body)
    let closure = LLVMGetParam(body, 0)!
    let fieldCount = kernel.arguments.count + kernel.symbols.count + 1
    let values = (0..<fieldCount).map { index in
      ir.load(LLVMStructGetTypeAtIndex(closureType, UInt32(index)), field(closure, index), alignment: 8)
    }
    let extent = values[fieldCount - 1]
    let count = chunkCount(of: extent, grid)
    let bounds = [LLVMGetParam(body, 1)!, LLVMGetParam(body, 2)!].map {
      LLVMBuildUDiv(ir.builder, ir.multiply($0, extent), count, "")!
    }
    _ = ir.call(function, type, values.dropLast() + bounds)
    ir.returnVoid()
    return body
  }

  private func field(_ closure: IRValue, _ index: Int) -> IRValue {
    LLVMBuildStructGEP2(ir.builder, closureType, closure, UInt32(index), "")
  }
}
