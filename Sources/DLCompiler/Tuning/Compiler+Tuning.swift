import DLCodeGen
import DLGraph
import DLLoops
import DLLowering

extension Compiler {
  /// The kernels of a model that can be tuned, and for which the table of the options has no choice yet.
  public func tuningProblems(_ path: String) throws(CompilerError) -> [TuningProblem] {
    let source = try readSource(path)
    let compiler = try adopting(source)
    var module = try compiler.elaborate(source)
    try compiler.bindWeights(&module)
    try compiler.optimize(&module)
    let problems = try CompilerError.wrapping {
      try Program.tuningProblems(of: module, for: compiler.target, options: compiler.loweringOptions)
    }
    return problems.filter { compiler.loweringOptions.tuning.choices[$0.key] == nil }
  }

  /// The machine code for one choice of a problem.
  public func compile(_ problem: TuningProblem, with choice: TileChoice) throws(CompilerError)
    -> CompiledModel
  {
    try CompilerError.wrapping {
      var lowering = LoweringOptions()
      lowering.tuning.choices[problem.key] = choice
      let program = try Program(lowering: problem.module(), for: target, options: lowering)
      return try CodeGenerator(target: target).emit(program)
    }
  }
}
