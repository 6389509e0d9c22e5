internal import CLLVM

extension IRBuilder {
  var currentBlock: IRBlock { LLVMGetInsertBlock(builder) }

  var currentFunction: IRValue { LLVMGetBasicBlockParent(currentBlock) }

  func appendBlock(_ name: String) -> IRBlock {
    LLVMAppendBasicBlockInContext(context, currentFunction, name)
  }

  func move(to block: IRBlock) { LLVMPositionBuilderAtEnd(builder, block) }

  /// Starts the body of a function.
  func begin(_ function: IRValue) { move(to: LLVMAppendBasicBlockInContext(context, function, "entry")) }

  func branch(to block: IRBlock) { LLVMBuildBr(builder, block) }

  func branch(_ condition: IRValue, _ then: IRBlock, else otherwise: IRBlock) {
    LLVMBuildCondBr(builder, condition, then, otherwise)
  }

  func returnVoid() { LLVMBuildRetVoid(builder) }

  func phi(_ type: IRType, _ incoming: [(IRValue, IRBlock)]) -> IRValue {
    let phi = LLVMBuildPhi(builder, type, "")!
    addIncoming(phi, incoming)
    return phi
  }

  private func addIncoming(_ phi: IRValue, _ incoming: [(IRValue, IRBlock)]) {
    var values: [IRValue?] = incoming.map(\.0)
    var blocks: [IRBlock?] = incoming.map(\.1)
    LLVMAddIncoming(phi, &values, &blocks, UInt32(incoming.count))
  }

  /// `for i in stride(from: start, to: end, by: step) { body(i) }`, on i64.
  func loop(from start: IRValue, to end: IRValue, step: Int = 1, _ name: String, _ body: (IRValue) -> Void) {
    let isEntered = compare(LLVMIntSLT, start, end)
    if constantInteger(isEntered) == 0 { return }
    let bodyBlock = appendBlock(name)
    let exit = appendBlock(name + ".end")
    let before = currentBlock
    branch(isEntered, bodyBlock, else: exit)
    move(to: bodyBlock)
    let index = LLVMBuildPhi(builder, i64, name)!
    body(index)
    let next = LLVMBuildNSWAdd(builder, index, int(step), "")!
    let continues = compare(LLVMIntSLT, next, end)
    addIncoming(index, [(start, before), (next, currentBlock)])
    branch(continues, bodyBlock, else: exit)
    move(to: exit)
  }

  /// Runs `body` where the condition (an i1) holds.
  func when(_ condition: IRValue, _ name: String, _ body: () -> Void) {
    if let constant = constantInteger(condition) {
      if constant != 0 { body() }
      return
    }
    let then = appendBlock(name)
    let exit = appendBlock(name + ".end")
    branch(condition, then, else: exit)
    move(to: then)
    body()
    branch(to: exit)
    move(to: exit)
  }

  /// The value of one of two bodies, chosen by an i1.
  func choose(_ condition: IRValue, _ name: String, _ then: () -> IRValue, else otherwise: () -> IRValue)
    -> IRValue
  {
    let thenBlock = appendBlock(name)
    let elseBlock = appendBlock(name + ".else")
    let exit = appendBlock(name + ".end")
    branch(condition, thenBlock, else: elseBlock)
    move(to: thenBlock)
    let a = then()
    let aEnd = currentBlock
    branch(to: exit)
    move(to: elseBlock)
    let b = otherwise()
    let bEnd = currentBlock
    branch(to: exit)
    move(to: exit)
    return phi(type(of: a), [(a, aEnd), (b, bEnd)])
  }

  /// Memory of the running function, allocated once in its entry block.
  func allocate(_ type: IRType, count: Int = 1, alignment: Int, _ name: String) -> IRValue {
    let here = currentBlock
    let entry = LLVMGetEntryBasicBlock(currentFunction)!
    if let first = LLVMGetFirstInstruction(entry) {
      LLVMPositionBuilderBefore(builder, first)
    } else {
      move(to: entry)
    }
    let memory = LLVMBuildAlloca(builder, count == 1 ? type : LLVMArrayType2(type, UInt64(count)), name)!
    LLVMSetAlignment(memory, UInt32(alignment))
    move(to: here)
    return memory
  }
}
