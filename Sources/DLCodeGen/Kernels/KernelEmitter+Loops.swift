internal import CLLVM
import DLGraph
import DLLoops

extension KernelEmitter {
  func emit(_ loop: Loop) {
    switch loop.kind {
    case .serial: emitSerial(loop)
    case .unrolled:
      for index in 0..<constantExtent(loop) {
        nested(loop.symbol, .constant(index)) { emit(loop.body) }
      }
    case .vector: emitVector(loop, isUnrolled: false)
    case .unrolledVector: emitVector(loop, isUnrolled: true)
    }
  }

  private func emitSerial(_ loop: Loop) {
    ir.loop(from: ir.int(0), to: indexValue(loop.extent), loop.symbol.name) { index in
      nested(loop.symbol, .scalar(index)) { emit(loop.body) }
    }
  }

  private func constantExtent(_ loop: Loop) -> Int { resolvingConstants(loop.extent).constantValue ?? 0 }

  // MARK: Vectors

  /// Writes whole vectors, then the rest: under a mask, or one by one where the target can't mask.
  private func emitVector(_ loop: Loop, isUnrolled: Bool) {
    let widths = VectorWidths(loop.body, in: kernel)
    let extent = resolvingConstants(loop.extent)
    let lanes = widths.lanes(on: ir.target, extent: extent.constantValue)
    if lanes == 1 {
      emitSerial(loop)
      return
    }
    let whole = extent.floorDivided(by: IntegerExpression(lanes)) * IntegerExpression(lanes)
    let isMasked = ir.target.hasMaskedMemory(elementByteCount: widths.narrowest)
    let reductions = isUnrolled ? [] : registerReductions(of: loop)
    let copies = reductions.isEmpty || !widths.isSmall ? 1 : interleavedVectors
    withAccumulators(reductions, lanes: lanes, copies: copies) { accumulators in
      let total = indexValue(extent)
      let end = indexValue(whole)
      func body(_ first: IRValue, mask: IRValue?, copy: Int) {
        vector = VectorScope(symbol: loop.symbol, lanes: lanes, mask: mask, accumulators: accumulators[copy])
        nested(loop.symbol, .consecutive(first: first)) { emit(loop.body) }
        vector = nil
      }
      if isUnrolled {
        for first in stride(from: 0, to: whole.constantValue ?? 0, by: lanes) {
          body(ir.int(first), mask: nil, copy: 0)
        }
      } else {
        let start = emitInterleaved(copies, lanes: lanes, extent: extent, loop.symbol.name, body)
        ir.loop(from: start, to: end, step: lanes, loop.symbol.name) { body($0, mask: nil, copy: 0) }
      }
      if extent == whole || !isMasked { return }
      ir.when(ir.compare(LLVMIntSLT, end, total), "rest") {
        let remaining = ir.broadcast(ir.truncate(ir.subtract(total, end), ir.i32), lanes)
        body(end, mask: ir.compare(LLVMIntSLT, ir.iota(lanes, ir.i32), remaining), copy: 0)
      }
    }
    if extent == whole || isMasked { return }
    ir.loop(from: indexValue(whole), to: indexValue(extent), loop.symbol.name) { index in
      nested(loop.symbol, .scalar(index)) { emit(loop.body) }
    }
  }

  /// Reductions wait for the result of the step before: several vectors at once hide the wait.
  private var interleavedVectors: Int { 4 }

  /// Writes the loop over groups of `copies` vectors and returns where it ends.
  private func emitInterleaved(
    _ copies: Int, lanes: Int, extent: IntegerExpression, _ name: String,
    _ body: (IRValue, _ mask: IRValue?, _ copy: Int) -> Void
  ) -> IRValue {
    let step = copies * lanes
    if copies == 1 { return ir.int(0) }
    let end = indexValue(extent.floorDivided(by: IntegerExpression(step)) * IntegerExpression(step))
    ir.loop(from: ir.int(0), to: end, step: step, name) { first in
      for copy in 0..<copies { body(ir.add(first, ir.int(copy * lanes)), nil, copy) }
    }
    return end
  }
}
