import DLGraph

extension Kernel {
  /// Whether elements of a buffer are read, or combined with others.
  public func reads(_ buffer: BufferID) -> Bool { body.contains { $0.reads(buffer) } }

  /// The kernel with one buffer for an input and an output, which stays an output: what it reads of the input it finds
  /// there.
  ///
  /// - Requires: an element of the output is stored after the element of the input at its position was read for the last
  ///   time.
  public func sharing(_ input: BufferID, with output: BufferID) -> Kernel {
    let renamed = { (buffer: BufferID) in
      let target = buffer == input ? output : buffer
      return target < input ? target : BufferID(target.index - 1)
    }
    var result = self
    result.buffers.remove(at: input.index)
    result.body = body.map { $0.renamingBuffers(renamed) }
    return result
  }
}

extension Statement {
  fileprivate func reads(_ buffer: BufferID) -> Bool {
    switch self {
    case .define(_, .load(let source, _, _)), .define(_, .loadWord(let source, _)): source == buffer
    case .accumulate(_, _, let target, _): target == buffer
    case .transpose(let block): block.from == buffer
    case .define, .bind, .store, .prefetch: false
    case .loop(let loop): loop.body.contains { $0.reads(buffer) }
    case .conditional(_, let then, let otherwise): (then + otherwise).contains { $0.reads(buffer) }
    }
  }

  fileprivate func renamingBuffers(_ renamed: @escaping (BufferID) -> BufferID) -> Statement {
    let all = { (block: Block) in block.map { $0.renamingBuffers(renamed) } }
    switch self {
    case .define(let local, .load(let buffer, let index, let mask)):
      return .define(local, .load(renamed(buffer), at: index, mask: mask))
    case .define(let local, .loadWord(let buffer, let index)):
      return .define(local, .loadWord(renamed(buffer), at: index))
    case .define, .bind: return self
    case .store(let value, let buffer, let index, let mask):
      return .store(value, renamed(buffer), at: index, mask: mask)
    case .accumulate(let function, let value, let buffer, let index):
      return .accumulate(function, value, renamed(buffer), at: index)
    case .prefetch(let buffer, let index): return .prefetch(renamed(buffer), at: index)
    case .transpose(var block):
      block.from = renamed(block.from)
      block.to = renamed(block.to)
      return .transpose(block)
    case .loop(var loop):
      loop.body = all(loop.body)
      return .loop(loop)
    case .conditional(let condition, let then, let otherwise):
      return .conditional(condition, then: all(then), else: all(otherwise))
    }
  }
}
