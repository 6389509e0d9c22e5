import DLGraph
import DLOperations
import DLSyntax

extension Builtin {
  /// Products of one or two tensors whose axes are named by letters.
  static func einsum(_ call: BuiltinCall) throws -> Value {
    let equation = try call.string("equation").filter { $0 != " " }
    let range = call.range(of: "equation")
    let sides = equation.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, sides[1].first == ">" else {
      throw call.failure(.badEquation(equation, at: range))
    }
    let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let output = Array(sides[1].dropFirst())
    let tensors = try call.rest.map { try call.elaborator.tensor($0.value, at: $0.range) }
    guard inputs.count == tensors.count, (1...2).contains(inputs.count), Set(output).count == output.count,
      output.allSatisfy({ letter in inputs.contains { $0.contains(letter) } }),
      zip(inputs, tensors).allSatisfy({ $0.count == $1.rank && Set($0).count == $0.count })
    else { throw call.failure(.badEquation(equation, at: range)) }
    let kept = Set(output)
    var operands: [(letters: [Character], tensor: Tensor)] = []
    for (index, (letters, tensor)) in zip(inputs, tensors).enumerated() {
      // Letters that stand nowhere else are summed before the product.
      let others = inputs.enumerated().filter { $0.offset != index }.flatMap(\.element)
      let summed = letters.indices.filter { !kept.contains(letters[$0]) && !others.contains(letters[$0]) }
      let reduced = summed.isEmpty ? tensor : try call.elaborator.emit(Reduce(.sum, axes: summed), tensor)
      operands.append((letters.enumerated().filter { !summed.contains($0.offset) }.map(\.element), reduced))
    }
    let (letters, product) =
      operands.count == 1 ? operands[0] : try contract(operands[0], operands[1], kept, call)
    return .tensor(try call.elaborator.transpose(product, output.compactMap { letters.firstIndex(of: $0) }))
  }

  private typealias Labelled = (letters: [Character], tensor: Tensor)

  private static func contract(
    _ a: Labelled, _ b: Labelled, _ kept: Set<Character>, _ call: BuiltinCall
  ) throws -> Labelled {
    var batch: [(Int, Int)] = []
    var contracting: [(Int, Int)] = []
    for (left, letter) in a.letters.enumerated() {
      guard let right = b.letters.firstIndex(of: letter) else { continue }
      if kept.contains(letter) { batch.append((left, right)) } else { contracting.append((left, right)) }
    }
    let shared = batch + contracting
    let letters =
      batch.map { a.letters[$0.0] }
      + a.letters.indices.filter { axis in !shared.contains { $0.0 == axis } }.map { a.letters[$0] }
      + b.letters.indices.filter { axis in !shared.contains { $0.1 == axis } }.map { b.letters[$0] }
    let type = a.tensor.elementType
    let operation = Contract(
      batch: batch, contracting: contracting, result: type == .i8 || type == .u8 ? .i32 : type)
    return (letters, try call.elaborator.emit(operation, a.tensor, b.tensor))
  }
}
