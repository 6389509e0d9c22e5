extension Expression {
  /// The expression in prefix form: `(+ a (call f b))`.
  package var dump: String {
    switch self {
    case .name(let identifier): identifier.name
    case .integer(let value, _): String(value)
    case .float(let value, _): String(value)
    case .boolean(let value, _): String(value)
    case .string(let value, _): value.debugDescription
    case .null: "nil"
    case .closureParameter(let position, _): "$\(position)"
    case .list(let elements, _): form("list", elements.map(\.dump))
    case .tuple(let elements, _): form("tuple", elements.map(\.dump))
    case .comprehension(let expression): expression.dump
    case .range(let range): form(range.isClosed ? "..." : "..<", [range.lower.dump, range.upper.dump])
    case .unary(let unary): form(unary.operator.rawValue, [unary.operand.dump])
    case .binary(let binary): form(binary.operator.rawValue, [binary.left.dump, binary.right.dump])
    case .conditional(let expression):
      form("?", [expression.condition.dump, expression.then.dump, expression.otherwise.dump])
    case .call(let call): call.dump
    case .index(let expression): form("index", [expression.base.dump] + expression.items.map(\.dump))
    case .member(let member): form("member", [member.base.dump, member.name.name])
    case .element(let element): form("element", [element.base.dump, String(element.position)])
    case .scan(let scan): scan.dump
    }
  }
}

/// `(head part part …)`
private func form(_ head: String, _ parts: [String]) -> String {
  "(\(([head] + parts).joined(separator: " ")))"
}

/// `{ statement; statement }`
private func braced(_ statements: [Statement]) -> String {
  var dump = TreeDump()
  for statement in statements { dump.add(statement) }
  return "{\(dump.lines.joined(separator: "; "))}"
}

extension ComprehensionExpression {
  fileprivate var dump: String {
    form(
      "for", [pattern.dump, sequence.dump, element.dump] + (condition.map { ["(if \($0.dump))"] } ?? []))
  }
}

extension CallExpression {
  fileprivate var dump: String {
    form("call", [callee.dump] + arguments.map(\.dump) + (closure.map { [$0.dump] } ?? []))
  }
}

extension Argument {
  fileprivate var dump: String { (label.map { "\($0.name): " } ?? "") + value.dump }
}

extension Closure {
  fileprivate var dump: String {
    let names = parameters.map { form("in", $0.map(\.dump)) + " " } ?? ""
    return names + braced(statements)
  }
}

extension ScanExpression {
  fileprivate var dump: String {
    form("scan", [pattern.dump, sequence.dump] + options.map(\.dump) + [braced(body.statements)])
  }
}

extension IndexItem {
  fileprivate var dump: String {
    switch self {
    case .expression(let expression): expression.dump
    case .ellipsis: "..."
    case .slice(let slice):
      form("slice", [slice.start, slice.stop, slice.step].map { $0?.dump ?? "_" })
    }
  }
}

extension Pattern {
  /// The pattern as it is written.
  package var dump: String {
    switch self {
    case .name(let identifier): identifier.name
    case .wildcard: "_"
    case .tuple(let elements, _): "(\(elements.map(\.dump).joined(separator: ", ")))"
    }
  }
}

extension TypeExpression {
  /// The type as it is written, its dimensions in prefix form.
  package var dump: String {
    switch self {
    case .named(let identifier): identifier.name
    case .tensor(let tensor):
      "\(tensor.element.name)[\(tensor.dimensions.map(\.dump).joined(separator: ", "))]"
    case .optional(let type, _): "\(type.dump)?"
    case .list(let type, _): "[\(type.dump)]"
    case .tuple(let types, _): "(\(types.map(\.dump).joined(separator: ", ")))"
    }
  }
}

extension DimensionExpression {
  fileprivate var dump: String {
    switch self {
    case .expression(let expression): expression.dump
    case .ellipsis: "..."
    }
  }
}
