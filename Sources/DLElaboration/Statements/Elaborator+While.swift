import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// `while condition { … }`: a loop of run time over the variables that its body assigns.
  func execute(_ statement: WhileStatement, in scope: Scope) throws {
    currentRange = statement.condition.range
    try withCarries(of: statement.body, in: scope) { carries in
      let initial = carries.tensors
      let (condition, _) = try inBody("condition") { builder in
        carries.install(initial.enumerated().map { builder.input("carry\($0)", $1.type) })
        builder.output("continues", try whileCondition(statement, in: scope))
      }
      let (body, _) = try inBody("body") { builder in
        carries.install(initial.enumerated().map { builder.input("carry\($0)", $1.type) })
        guard case .normal = execute(statement.body.statements, in: Scope(in: scope)) else { throw Failure() }
        for (index, tensor) in try finalTensors(of: carries, at: statement.body.range).enumerated() {
          builder.output("carry\(index)", tensor)
        }
      }
      return {
        self.currentRange = statement.condition.range
        let captures = condition.captures.adding(body.captures)
        let operation = While(
          condition: try self.aligned(condition, to: captures, carries: initial.count),
          body: try self.aligned(body, to: captures, carries: initial.count), carries: initial.count)
        carries.install(try self.emit(operation, initial + captures))
      }
    }
  }

  private func whileCondition(_ statement: WhileStatement, in scope: Scope) throws -> Tensor {
    let range = statement.condition.range
    let value = try evaluate(statement.condition, in: scope)
    switch value {
    case .tensor(let tensor):
      guard tensor.type == TensorType(.bool, []) else {
        throw failure(.whileConditionType(tensor.type, at: range))
      }
      return tensor
    case .boolean: throw failure(.constantWhile(at: range))
    default: throw failure(.expectedKind("a tensor bool[]", found: value, at: range))
    }
  }

  /// The graph of a body with one input for each of `captures`, in their order.
  private func aligned(_ builder: GraphBuilder, to captures: [Tensor], carries: Int) throws -> Graph {
    let old = builder.graph
    var graph = Graph(name: old.name)
    var inputs: [ValueID] = []
    for input in old.inputs.prefix(carries) {
      inputs.append(graph.addInput(input.name, old.type(of: input.value)))
    }
    let added = captures.enumerated().map { graph.addInput("captured\($0)", $1.type) }
    for capture in builder.captures {
      guard let position = captures.firstIndex(where: { $0.isSame(as: capture) }) else { throw Failure() }
      inputs.append(added[position])
    }
    do {
      let results = try graph.inline(old, inputs)
      graph.outputs = zip(old.outputs, results).map { Graph.Output(name: $0.name, value: $1) }
    } catch {
      throw failure(.refusedOperands(error, at: currentRange))
    }
    return graph
  }
}

extension Tensor {
  func isSame(as other: Tensor) -> Bool { builder === other.builder && id == other.id }
}

extension [Tensor] {
  fileprivate func adding(_ others: [Tensor]) -> [Tensor] {
    self + others.filter { other in !contains { $0.isSame(as: other) } }
  }
}
