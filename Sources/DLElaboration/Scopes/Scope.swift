import DLSyntax

/// A name with its value in a scope.
final class Variable {
  let name: String
  /// Nil where the value could not be determined: the error is reported, and what uses the name is silent.
  var value: Value?
  /// Whether it was declared with `var`.
  let isVariable: Bool
  let range: SourceRange

  init(_ name: String, _ value: Value?, isVariable: Bool = false, range: SourceRange) {
    self.name = name
    self.value = value
    self.isVariable = isVariable
    self.range = range
  }
}

/// The names visible in a block: its own, those of the enclosing blocks, of the layer, and of the file.
final class Scope {
  let parent: Scope?
  let file: FileScope
  /// The layer whose members are visible.
  let instance: LayerInstance?
  private(set) var variables: [String: Variable] = [:]
  /// The arguments of the closure whose body this is.
  var closureArguments: [Value]?
  /// Whether assignments to names outside are refused: in closures, whose calls are not in the order of the text.
  let isClosure: Bool

  /// The outermost scope of a function or of the members of a layer.
  init(file: FileScope, instance: LayerInstance? = nil) {
    parent = nil
    self.file = file
    self.instance = instance
    isClosure = false
  }

  /// A scope inside another.
  init(in parent: Scope, isClosure: Bool = false) {
    self.parent = parent
    file = parent.file
    instance = parent.instance
    self.isClosure = isClosure
  }

  /// Adds a name; an older one of the same scope is replaced.
  func declare(_ variable: Variable) { variables[variable.name] = variable }

  /// Adds a name with a value.
  func declare(_ name: Identifier, _ value: Value?, isVariable: Bool = false) {
    declare(Variable(name.name, value, isVariable: isVariable, range: name.range))
  }

  /// The variable of this name in this scope or the enclosing blocks.
  func variable(_ name: String) -> Variable? { variables[name] ?? parent?.variable(name) }

  /// Whether a closure lies between this scope and the variable.
  func isOutsideClosure(_ name: String) -> Bool {
    if variables[name] != nil { return false }
    return isClosure || (parent?.isOutsideClosure(name) ?? false)
  }

  /// `$position` of the innermost closure.
  func closureArgument(_ position: Int) -> Value?? {
    if let closureArguments {
      return position < closureArguments.count ? .some(closureArguments[position]) : .some(nil)
    }
    return parent?.closureArgument(position) ?? nil
  }

  /// All names of this scope and the enclosing blocks.
  var names: [String] { Array(variables.keys) + (parent?.names ?? []) }
}
