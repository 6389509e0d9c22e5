extension SourceUnit {
  /// The tree as text: a line for each declaration, member and statement, expressions in prefix form.
  ///
  /// It says all that the tree says except where things stand, so two texts have the same dump exactly when they parse
  /// to the same tree.
  ///
  ///     model Net(width: Int = 64)
  ///       sublayer fc (call (member nn Linear) width 10)
  ///       func forward(x: f32[B, width]) -> f32[B, 10]
  ///         return (call fc x)
  public var dump: String {
    var dump = TreeDump()
    for declaration in declarations { dump.add(declaration) }
    return dump.lines.map { $0 + "\n" }.joined()
  }
}

/// The lines of a dump.
struct TreeDump {
  private(set) var lines: [String] = []
  private var indentation = 0

  mutating func line(_ text: String) { lines.append(String(repeating: "  ", count: indentation) + text) }

  mutating func indented(_ body: (inout TreeDump) -> Void) {
    indentation += 1
    body(&self)
    indentation -= 1
  }

  mutating func documentation(_ text: String?) {
    guard let text else { return }
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) { line("/// \(part)") }
  }

  mutating func add(_ declaration: Declaration) {
    switch declaration {
    case .importing(let declaration):
      line("import \(declaration.path.map(\.name).joined(separator: "."))")
    case .constant(let declaration):
      documentation(declaration.documentation)
      line("const \(declaration.name.name)\(annotation(declaration.type)) = \(declaration.value.dump)")
    case .function(let declaration): add(declaration)
    case .layer(let declaration):
      documentation(declaration.documentation)
      line("\(declaration.kind.rawValue) \(declaration.name.name)(\(parameters(declaration.parameters)))")
      indented { dump in for member in declaration.members { dump.add(member) } }
    case .recipe(let declaration): add(declaration)
    }
  }

  private mutating func add(_ member: Member) {
    switch member {
    case .tensor(let member):
      documentation(member.documentation)
      let type = annotation(member.type)
      line("\(member.kind.rawValue) \(member.name.name)\(type)\(suffix("if", member.condition))")
    case .sublayer(let member):
      documentation(member.documentation)
      line("sublayer \(member.name.name) \(member.value.dump)\(suffix("if", member.condition))")
    case .dimension(let member):
      documentation(member.documentation)
      line("dim \(member.name.name) \(Expression.range(member.bounds).dump)")
    case .constant(let statement): add(.binding(statement))
    case .function(let declaration): add(declaration)
    }
  }

  private mutating func add(_ declaration: FunctionDeclaration) {
    documentation(declaration.documentation)
    let result = declaration.result.map { " -> \($0.dump)" } ?? ""
    line("func \(declaration.name.name)(\(parameters(declaration.parameters)))\(result)")
    add(declaration.body)
  }

  private mutating func add(_ block: Block) {
    indented { dump in for statement in block.statements { dump.add(statement) } }
  }

  mutating func add(_ statement: Statement) {
    switch statement {
    case .binding(let statement):
      documentation(statement.documentation)
      let keyword = statement.isVariable ? "var" : "let"
      line("\(keyword) \(statement.pattern.dump)\(annotation(statement.type)) = \(statement.value.dump)")
    case .assignment(let statement): line("\(statement.pattern.dump) = \(statement.value.dump)")
    case .returning(let value, _): line("return \(value.dump)")
    case .yielding(let value, _): line("yield \(value.dump)")
    case .forLoop(let statement):
      line("for \(statement.pattern.dump) in \(statement.sequence.dump)")
      add(statement.body)
    case .whileLoop(let statement):
      line("while \(statement.condition.dump)")
      add(statement.body)
    case .conditional(let statement):
      for (index, branch) in statement.branches.enumerated() {
        line("\(index == 0 ? "if" : "else if") \(branch.condition.dump)")
        add(branch.body)
      }
      if let otherwise = statement.otherwise {
        line("else")
        add(otherwise)
      }
    case .expression(let expression): line(expression.dump)
    }
  }

  private func annotation(_ type: TypeExpression?) -> String { type.map { ": \($0.dump)" } ?? "" }

  private func suffix(_ word: String, _ expression: Expression?) -> String {
    expression.map { " \(word) \($0.dump)" } ?? ""
  }

  private func parameters(_ parameters: [Parameter]) -> String {
    parameters.map { parameter in
      let value = parameter.defaultValue.map { " = \($0.dump)" } ?? ""
      return "\(parameter.name.name): \(parameter.type.dump)\(value)"
    }.joined(separator: ", ")
  }
}
