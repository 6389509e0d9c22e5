import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// The model of the file as graphs; nil where it could not be made.
  func elaborateModel() -> Module? {
    let file = FileScope(path: "", isLibrary: false, unit: unit)
    resolveImports(of: file)
    do {
      let recipe = try chosenRecipe()
      let declaration = try chosenModel(by: recipe)
      if let recipe { try fixDimensions(by: recipe, in: file) }
      let arguments = try hyperparameters(of: declaration)
      let model = try instance(of: declaration, in: file, arguments, at: declaration.name.range)
      model.place(at: "")
      var module = try module(of: model)
      module.recipe = try self.recipe(recipe, for: declaration, parameters: module.parameterNames)
      return module
    } catch {
      return nil
    }
  }

  /// The model that the options name, or the recipe, or else the only one.
  private func chosenModel(by recipe: RecipeDeclaration?) throws -> LayerDeclaration {
    let models = unit.declarations.compactMap { declaration -> LayerDeclaration? in
      if case .layer(let layer) = declaration, layer.kind == .model { layer } else { nil }
    }
    if let name = options.modelName {
      guard let model = models.first(where: { $0.name.name == name }) else {
        throw failure(.unknownModel(name, candidates: models.map(\.name.name), in: unit.file))
      }
      return model
    }
    if let recipe {
      guard let model = models.first(where: { $0.name.name == recipe.model.name }) else {
        throw failure(.unknownRecipeModel(recipe.model, candidates: Set(models.map(\.name.name))))
      }
      return model
    }
    guard let model = models.first else { throw failure(.noModel(in: unit.file)) }
    guard models.count == 1 else { throw failure(.severalModels(models.map(\.name))) }
    return model
  }

  private func hyperparameters(of model: LayerDeclaration) throws -> [String: ArgumentValue] {
    let names = model.parameters.map(\.name.name)
    let errorCount = diagnostics.errorCount
    for name in options.hyperparameters.keys.sorted() where !names.contains(name) {
      report(.unknownHyperparameter(name, of: model))
    }
    var arguments: [String: ArgumentValue] = [:]
    for parameter in model.parameters {
      let name = parameter.name.name
      if let value = options.hyperparameters[name] {
        arguments[name] = ArgumentValue(label: nil, value: value.value, range: parameter.range)
      } else if parameter.defaultValue == nil {
        report(.missingHyperparameter(parameter, of: model))
      }
    }
    if diagnostics.errorCount > errorCount { throw Failure() }
    return arguments
  }

  private func module(of model: LayerInstance) throws -> Module {
    let functions = model.declaration.members.compactMap { member -> FunctionDeclaration? in
      if case .function(let function) = member, !function.name.name.hasPrefix("_") { function } else { nil }
    }
    guard !functions.isEmpty else { throw failure(.modelWithoutFunctions(model.declaration)) }
    let graphs = try all(functions) { try graph(of: $0, model) }
    for name in options.fixed.keys.sorted() where !symbolNames.contains(name) {
      report(.unknownSymbol(name, candidates: symbolNames, of: model.declaration, at: recipeFixes[name]))
    }
    return Module(name: model.declaration.name.name, graphs: graphs, states: states)
  }

  /// The graph of an entry point: its arguments are inputs, its result the outputs; then the states it touches.
  private func graph(of function: FunctionDeclaration, _ model: LayerInstance) throws -> Graph {
    let root = GraphBuilder(function.name.name)
    let entry = EntryPoint(root)
    entryPoint = entry
    builder = root
    defer {
      entryPoint = nil
      builder = nil
    }
    let scope = Scope(file: model.file, instance: model)
    declareInputs(of: function, in: scope, root)
    let frame = Frame(name: function.name.name, instance: model, callSite: nil)
    let result = try within(frame, at: function.name.range) { try body(of: function, in: scope) }
    currentRange = function.name.range
    try declareOutputs(result, of: function, root)
    for path in entry.stateOrder {
      guard let slot = entry.states[path], slot.isAssigned else { continue }
      root.output(path, slot.value, role: .state)
    }
    root.declareSymbols()
    return root.graph
  }

  /// Makes the parameters of an entry point inputs. One that can't be is unknown in the body.
  private func declareInputs(of function: FunctionDeclaration, in scope: Scope, _ root: GraphBuilder) {
    for parameter in function.parameters {
      let value = try? entryValue(of: parameter, in: scope, root)
      scope.declare(parameter.name, value)
    }
  }

  private func entryValue(
    of parameter: DLSyntax.Parameter, in scope: Scope, _ root: GraphBuilder
  ) throws -> Value {
    if case .tensor(let type) = parameter.type {
      return .tensor(root.input(parameter.name.name, try openType(type, in: scope)))
    }
    guard let value = parameter.defaultValue else { throw failure(.entryParameterNotTensor(parameter)) }
    currentRange = value.range
    return try checked(
      try evaluate(value, in: scope), against: parameter.type, in: scope, subject: "'\(parameter.name.name)'",
      at: value.range)
  }

  /// A single result is called `output`. The parts of a tuple have the names of the variables that are returned, or else
  /// `output0`, `output1`, ….
  private func declareOutputs(_ result: Value, of function: FunctionDeclaration, _ root: GraphBuilder) throws
  {
    let range = function.result?.range ?? function.name.range
    let structure = try self.structure(result, at: range)
    guard let tensors = structure.tensors, !tensors.isEmpty else {
      throw failure(.entryWithoutResult(function))
    }
    var names = tensors.count == 1 ? ["output"] : tensors.indices.map { "output\($0)" }
    if tensors.count > 1, let returned = function.returnedNames, returned.count == tensors.count,
      Set(returned).count == returned.count
    {
      names = returned
    }
    for (name, tensor) in zip(names, tensors) { root.output(name, tensor) }
  }
}

extension Module {
  /// The paths of the parameters of all entry points, each once, sorted.
  fileprivate var parameterNames: [String] {
    Set(graphs.flatMap(\.nodes).compactMap { ($0.operation as? DLOperations.Parameter)?.parameterName })
      .sorted()
  }
}

extension FunctionDeclaration {
  /// The names in the tuple that the last statement returns, inner tuples flattened; nil where it returns anything else.
  fileprivate var returnedNames: [String]? {
    guard case .returning(let expression, _)? = body.statements.last else { return nil }
    return expression.tupleNames
  }
}

extension Expression {
  fileprivate var tupleNames: [String]? {
    switch self {
    case .name(let name): return [name.name]
    case .tuple(let elements, _):
      let parts = elements.map(\.tupleNames)
      return parts.contains { $0 == nil } ? nil : parts.flatMap { $0 ?? [] }
    default: return nil
    }
  }
}
