internal import CLLVM
import DLGraph
import DLLoops

extension KernelEmitter {
  /// Writes an instruction whose result has the given type.
  func emit(_ instruction: Instruction, type: ElementType) -> IRValue {
    switch instruction {
    case .floating(let value, let type): return ir.float(value, ir.valueType(of: type))
    case .integer(let value, let type): return ir.int(value, ir.valueType(of: type))
    case .index(let expression): return indexValue(expression)
    case .load(let buffer, let at, let mask): return load(buffer, index(at), mask: mask.map { self[$0] })
    case .unary(let function, let a): return ir.unary(function, self[a], kernel.type(of: a))
    case .binary(let function, let a, let b):
      return ir.binary(function, self[a], self[b], kernel.type(of: a))
    case .multiplyAdd(let a, let b, let c): return ir.multiplyAdd(self[a], self[b], self[c])
    case .compare(let comparison, let a, let b):
      return ir.compare(comparison, self[a], self[b], kernel.type(of: a))
    case .select(let condition, let a, let b): return ir.select(self[condition], self[a], self[b])
    case .convert(let a, let type): return ir.convert(self[a], from: kernel.type(of: a), to: type)
    case .lookup(let table, let index): return ir.lookup(table, self[index])
    case .loadWord(let buffer, let at): return loadWord(buffer, index(at))
    case .dotProduct(let kind, let a, let b, let c): return ir.dotProduct(kind, self[a], self[b], self[c])
    }
  }
}
