import DLSyntax

/// A parameter as calls see it.
struct ParameterSlot {
  let name: String
  let hasDefault: Bool
}

extension Elaborator {
  /// NumPy's and PyTorch's words for the same: a label may be either.
  private static let labelSynonyms = ["dim": "axis", "axis": "dim", "keepdim": "keepdims", "dtype": "type"]

  /// Assigns the arguments of a call to parameters: by label, else by position.
  ///
  /// - Parameter restName: the parameter that takes all positions from its own on, if there is one.
  /// - Returns: the arguments by parameter, and those of the rest parameter.
  func match(
    _ arguments: [ArgumentValue], to parameters: [ParameterSlot], rest restName: String? = nil,
    of callee: String,
    at range: SourceRange
  ) throws -> (named: [String: ArgumentValue], rest: [ArgumentValue]) {
    var named: [String: ArgumentValue] = [:]
    var rest: [ArgumentValue] = []
    var position = 0
    var failed = false
    func complain(_ diagnostic: Diagnostic) {
      report(diagnostic)
      failed = true
    }
    for argument in arguments {
      guard let label = argument.label else {
        if position < parameters.count, parameters[position].name == restName {
          rest.append(argument)
        } else if position < parameters.count {
          named[parameters[position].name] = argument
          position += 1
        } else {
          complain(.extraArgument(callee, accepts: parameters.map(\.name), at: argument.range))
        }
        continue
      }
      let names = [label.name, Self.labelSynonyms[label.name]]
      guard let parameter = parameters.first(where: { names.contains($0.name) }) else {
        complain(.unknownLabel(label, of: callee, accepts: parameters.map(\.name)))
        continue
      }
      if named[parameter.name] != nil { complain(.repeatedArgument(label, of: callee)) }
      named[parameter.name] = argument
    }
    let missing = parameters.filter { !$0.hasDefault && $0.name != restName && named[$0.name] == nil }
    if !missing.isEmpty, !failed { complain(.missingArguments(missing.map(\.name), of: callee, at: range)) }
    if failed { throw Failure() }
    return (named, rest)
  }
}
