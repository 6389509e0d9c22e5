internal import CLLVM

/// Lets a model that is being profiled say what it has done: a variable holds a function, or null, that is called at the
/// beginning of an entry point and after every launch.
final class LaunchObserver {
  private let ir: IRBuilder
  private let variable: IRValue
  private let type: IRType
  private var launches = 0

  /// - Parameter name: of the exported variable.
  init(_ ir: IRBuilder, name: String) {
    self.ir = ir
    variable = LLVMAddGlobal(ir.module, ir.pointer, name)
    LLVMSetInitializer(variable, ir.null())
    type = ir.function(returning: ir.void, [ir.i64])
  }

  /// Passes -1.
  func reportBeginning() { report(-1) }

  /// Passes the position of the launch among all launches that were written so far.
  func reportLaunch() {
    report(launches)
    launches += 1
  }

  private func report(_ number: Int) {
    let function = ir.load(ir.pointer, variable, alignment: 8)
    let (call, next) = (ir.appendBlock("report"), ir.appendBlock("reported"))
    ir.branch(ir.compare(LLVMIntNE, function, ir.null()), call, else: next)
    ir.move(to: call)
    _ = ir.call(function, type, [ir.int(number)])
    ir.branch(to: next)
    ir.move(to: next)
  }
}
