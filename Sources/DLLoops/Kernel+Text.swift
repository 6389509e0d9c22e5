import DLGraph

extension Kernel: CustomStringConvertible {
  /// The kernel as a person reads it, one statement a line.
  ///
  ///     kernel add(%x: in f32, %y: out f32; n in 0...64) {
  ///       vector i0 in 0..<n {
  ///         %0 = load x[i0]: f32
  ///         %1 = add %0, %0: f32
  ///         y[i0] = %1
  ///       }
  ///     }
  public var description: String {
    var printer = KernelPrinter(kernel: self)
    printer.print()
    return printer.text
  }
}

private struct KernelPrinter {
  let kernel: Kernel
  var text = ""
  private var depth = 1

  init(kernel: Kernel) { self.kernel = kernel }

  mutating func print() {
    let arguments = kernel.arguments.map {
      "\($0.name): \($0.space == .input ? "in" : "out") \($0.elementType)"
    }
    let symbols = kernel.symbols.map(\.declaration)
    let signature = ([arguments] + (symbols.isEmpty ? [] : [symbols])).map { $0.joined(separator: ", ") }
    text = "kernel \(kernel.name)(\(signature.joined(separator: "; "))) {\n"
    for buffer in kernel.buffers {
      if case .local(let count) = buffer.space {
        line("local \(buffer.name): \(buffer.elementType)[\(count)]")
      }
    }
    if let grid = kernel.grid {
      let order = grid.repetition.map { " alternating \($0.name)" } ?? ""
      open("grid \(grid.symbol.name) in 0..<\(grid.extent) grain \(grid.grain)\(order)")
      print(kernel.body)
      close()
    } else {
      print(kernel.body)
    }
    text += "}\n"
  }

  // MARK: Lines

  private mutating func line(_ content: String) {
    text += String(repeating: "  ", count: depth) + content + "\n"
  }

  private mutating func open(_ content: String) {
    line(content + " {")
    depth += 1
  }

  private mutating func close() {
    depth -= 1
    line("}")
  }

  // MARK: Statements

  private mutating func print(_ block: Block) { for statement in block { print(statement) } }

  private mutating func print(_ statement: Statement) {
    switch statement {
    case .define(let local, let instruction):
      line("\(name(local)) = \(describe(instruction)): \(kernel.type(of: local))")
    case .bind(let symbol, let local): line("bind \(symbol.declaration) = \(name(local))")
    case .store(let value, let buffer, let at, let mask):
      line("\(element(buffer, at)) = \(name(value))\(condition(mask))")
    case .accumulate(let function, let value, let buffer, let at):
      line("\(element(buffer, at)) \(function.rawValue)= \(name(value))")
    case .prefetch(let buffer, let at): line("prefetch \(element(buffer, at))")
    case .transpose(let block):
      line(
        "\(element(block.to, block.target)) by \(block.targetStride) = transpose "
          + "\(element(block.from, block.source)) by \(block.sourceStride): \(block.rows)x\(block.columns)")
    case .loop(let loop):
      open("\(loop.kind.rawValue) \(loop.symbol.name) in 0..<\(loop.extent)")
      print(loop.body)
      close()
    case .conditional(let test, let then, let otherwise):
      open("if \(name(test))")
      print(then)
      if !otherwise.isEmpty {
        depth -= 1
        open("} else")
        print(otherwise)
      }
      close()
    }
  }

  private func describe(_ instruction: Instruction) -> String {
    switch instruction {
    case .floating(let value, _): "\(value)"
    case .integer(let value, _): "\(value)"
    case .index(let expression): "index \(expression)"
    case .load(let buffer, let at, let mask): "load \(element(buffer, at))\(condition(mask))"
    case .unary(let function, let a): "\(function.rawValue) \(name(a))"
    case .binary(let function, let a, let b): "\(function.rawValue) \(names([a, b]))"
    case .multiplyAdd(let a, let b, let c): "multiply_add \(names([a, b, c]))"
    case .compare(let comparison, let a, let b): "\(comparison.rawValue) \(names([a, b]))"
    case .select(let test, let a, let b): "select \(names([test, a, b]))"
    case .convert(let a, _): "convert \(name(a))"
    case .lookup(let table, let index):
      "lookup [\(table.map(\.description).joined(separator: ", "))], \(name(index))"
    case .loadWord(let buffer, let at): "load_word \(element(buffer, at))"
    case .dotProduct(let kind, let a, let b, let c): "dot_product \(kind.rawValue) \(names([a, b, c]))"
    }
  }

  private func name(_ local: Local) -> String { "%\(local.index)" }

  private func names(_ locals: [Local]) -> String { locals.map(name).joined(separator: ", ") }

  private func condition(_ mask: Local?) -> String { mask.map { " if \(name($0))" } ?? "" }

  private func element(_ buffer: BufferID, _ at: IntegerExpression) -> String {
    kernel.buffers.indices.contains(buffer.index)
      ? "\(kernel[buffer].name)[\(at)]" : "buffer\(buffer.index)[\(at)]"
  }
}

extension Symbol {
  /// The name with the bounds, for example `T in 1...1024`.
  var declaration: String { "\(name) in \(lower)...\(upper?.description ?? "")" }
}
