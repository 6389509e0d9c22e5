import DLGraph

extension Program: CustomStringConvertible {
  /// The kernels, then the entry points with their memory and steps.
  public var description: String {
    var printer = ProgramPrinter(program: self)
    printer.print()
    return printer.text
  }
}

private struct ProgramPrinter {
  let program: Program
  var text = ""
  private var depth = 0

  init(program: Program) { self.program = program }

  mutating func print() {
    line("program \(program.name)")
    if program.weights.byteCount > 0 {
      line("weights \(program.weights.byteCount) bytes, \(program.weights.entries.count) tensors")
    }
    for state in program.states { line("state \(state.name): \(state.type)") }
    for kernel in program.kernels { text += "\n" + kernel.description }
    for function in program.functions { print(function) }
  }

  private mutating func line(_ content: String) {
    text += String(repeating: "  ", count: depth) + content + "\n"
  }

  private mutating func print(_ function: ProgramFunction) {
    func list(_ arguments: [ProgramFunction.Argument]) -> String {
      arguments.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    }
    let symbols = function.symbols.map(\.declaration).joined(separator: ", ")
    let inputs = [symbols, list(function.inputs)].filter { !$0.isEmpty }.joined(separator: "; ")
    text += "\n"
    line(
      "entry \(function.name)(\(inputs)) -> (\(list(function.outputs))) workspace \(function.workspaceByteCount) {"
    )
    depth += 1
    for buffer in function.buffers {
      line("buffer \(buffer.name): \(buffer.elementType) = \(describe(buffer.location, function))")
    }
    print(function.steps, function)
    depth -= 1
    line("}")
  }

  private func describe(_ location: ProgramBuffer.Location, _ function: ProgramFunction) -> String {
    switch location {
    case .input(let index): "input \(function.inputs[index].name)"
    case .output(let index): "output \(function.outputs[index].name)"
    case .state(let index): "state \(program.states[index].name)"
    case .weights(let offset): "weights + \(offset)"
    case .workspace(let offset): "workspace + \(offset)"
    }
  }

  private mutating func print(_ steps: [Step], _ function: ProgramFunction) {
    for step in steps { print(step, function) }
  }

  private mutating func print(_ step: Step, _ function: ProgramFunction) {
    switch step {
    case .launch(let kernel, let arguments, let symbols):
      let views = arguments.map { describe($0, function) }.joined(separator: ", ")
      let values = symbols.isEmpty ? "" : "; " + symbols.map(\.description).joined(separator: ", ")
      line("\(program.kernels[kernel].name)(\(views)\(values))")
    case .loop(let symbol, let extent, let body):
      block("serial \(symbol.name) in 0..<\(extent)", body, function)
    case .whileLoop(let condition, let flag, let body):
      block("repeat", condition, function)
      block("while \(describe(flag, function))", body, function)
    }
  }

  private mutating func block(_ head: String, _ body: [Step], _ function: ProgramFunction) {
    line(head + " {")
    depth += 1
    print(body, function)
    depth -= 1
    line("}")
  }

  private func describe(_ view: BufferView, _ function: ProgramFunction) -> String {
    let name = function.buffers[view.buffer].name
    return view.offset == 0 ? name : "\(name)[\(view.offset)...]"
  }
}
