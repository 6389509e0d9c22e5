internal import CLLVM
import DLLoops

/// Reads the fields of a `dlc_call`.
struct CallRecord {
  private let ir: IRBuilder
  private let record: IRValue

  /// The fields in the order of `dlc.h`, all of pointer size.
  private enum Field: Int {
    case weights, workspace, inputs, outputs, states, symbols, executor
  }

  init(_ ir: IRBuilder, _ record: IRValue) {
    self.ir = ir
    self.record = record
  }

  /// The executor, which may be null.
  var executor: IRValue { pointer(.executor) }

  func symbol(_ index: Int) -> IRValue {
    ir.load(ir.i64, ir.address(pointer(.symbols), ir.i64, ir.int(index)), alignment: 8)
  }

  func address(of location: ProgramBuffer.Location) -> IRValue {
    switch location {
    case .input(let index): element(.inputs, index)
    case .output(let index): element(.outputs, index)
    case .state(let index): element(.states, index)
    case .weights(let offset): ir.address(pointer(.weights), ir.i8, ir.int(offset))
    case .workspace(let offset): ir.address(pointer(.workspace), ir.i8, ir.int(offset))
    }
  }

  private func element(_ field: Field, _ index: Int) -> IRValue {
    ir.load(ir.pointer, ir.address(pointer(field), ir.pointer, ir.int(index)), alignment: 8)
  }

  private func pointer(_ field: Field) -> IRValue {
    ir.load(ir.pointer, ir.address(record, ir.pointer, ir.int(field.rawValue)), alignment: 8)
  }
}
