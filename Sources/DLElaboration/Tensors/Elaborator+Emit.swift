import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// Appends an operation to the graph that is being built.
  ///
  /// - Throws: `Failure` where the type rule refuses the operands, where no graph is being built, or where the graph
  ///   becomes too large; each is reported at the expression that is being evaluated.
  func emit(_ operation: any Operation, _ operands: [Tensor]) throws -> [Tensor] {
    try requireGraph()
    guard let builder else { throw Failure() }
    let range = currentRange
    budget.nodes += 1
    guard budget.nodes <= Budget.maximumNodes else { throw failure(.tooManyNodes(at: range)) }
    do {
      return try builder.append(operation, operands, sites: [site(of: range)])
    } catch {
      throw failure(.refusedOperands(error, at: range))
    }
  }

  /// Appends an operation with one result.
  func emit(_ operation: any Operation, _ operands: Tensor...) throws -> Tensor {
    let results = try emit(operation, operands)
    guard let result = results.first else { throw Failure() }
    return result
  }

  /// Makes sure that tensors can be computed here.
  func requireGraph() throws {
    if builder == nil { throw failure(.tensorOutsideFunction(at: currentRange)) }
  }

  /// Where a range stands, with the layer whose function is being elaborated; for a range in the standard library, where
  /// the author of the model calls it.
  private func site(of range: SourceRange) -> Site {
    let calls = frames.reversed().compactMap(\.callSite)
    let range = ([range] + calls).first { !libraryFiles.contains($0.file) } ?? range
    let start = range.start
    let path = frames.last(where: { $0.instance != nil })?.instance?.path ?? ""
    return Site(file: range.file.name, line: start.line, column: start.column, path: path)
  }
}
