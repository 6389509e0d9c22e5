import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// The tensor that a member of a layer is in the present entry point.
  func tensor(
    of specification: TensorSpecification, in instance: LayerInstance, at range: SourceRange
  ) throws -> Tensor {
    guard let entryPoint, builder != nil else { throw failure(.tensorOutsideFunction(at: range)) }
    let path = instance.path(of: specification.name)
    if specification.kind == .state { return slot(of: specification, at: path, in: entryPoint).value }
    if let known = entryPoint.parameters[path] {
      guard known.type == specification.type else {
        throw failure(.conflictingParameter(path, known.type, specification.type, at: range))
      }
      return known
    }
    let operation = DLOperations.Parameter(
      name: path, type: specification.type, isTrained: specification.kind == .parameter)
    let start = specification.range.start
    let site = Site(
      file: specification.range.file.name, line: start.line, column: start.column, path: instance.path ?? "")
    do {
      guard let tensor = try entryPoint.root.append(operation, [], sites: [site]).first else {
        throw Failure()
      }
      entryPoint.parameters[path] = tensor
      return tensor
    } catch {
      throw Failure()
    }
  }

  /// Sets a state of a layer.
  func assign(
    _ value: Value, toState specification: TensorSpecification, of instance: LayerInstance,
    at range: SourceRange
  ) throws {
    guard let entryPoint else { throw Failure() }
    let tensor = try self.tensor(value, at: range)
    let path = instance.path(of: specification.name)
    guard tensor.type == specification.type else {
      throw failure(
        .wrongStateType(
          path, declared: specification.type, found: tensor.type, at: range, member: specification.range))
    }
    let slot = slot(of: specification, at: path, in: entryPoint)
    slot.value = tensor
    slot.isAssigned = true
  }

  private func slot(
    of specification: TensorSpecification, at path: String, in entryPoint: EntryPoint
  ) -> StateSlot {
    if let known = entryPoint.states[path] { return known }
    let slot = StateSlot(entryPoint.root.input(path, specification.type, role: .state))
    entryPoint.states[path] = slot
    entryPoint.stateOrder.append(path)
    if !states.contains(where: { $0.name == path }) {
      states.append(Module.State(name: path, type: specification.type))
    }
    return slot
  }
}
