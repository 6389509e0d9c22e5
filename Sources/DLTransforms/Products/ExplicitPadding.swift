import DLGraph
import DLOperations

/// Makes the padding of a convolution a tensor of its own, so that every product reads inside its operand.
public struct ExplicitPadding: Pass {
  public let name = "pad-convolutions"
  public let summary = "makes the padding of convolutions explicit"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let convolve = node.operation as? Convolve,
        convolve.padding.contains(where: { $0.low != 0 || $0.high != 0 }),
        convolve.padding.allSatisfy({ $0.low >= 0 && $0.high >= 0 }),
        convolve.inputDilation.allSatisfy({ $0 == 1 })
      else { return nil }
      changed = true
      let type = result.type(of: operands[0])
      let zero = try result.append(Constant(Literal(zero: type.elementType)), [])[0]
      let none: [Dimension] = [0, 0]
      let padded = try result.append(
        Pad(
          low: none + convolve.padding.map { Dimension($0.low) },
          high: none + convolve.padding.map { Dimension($0.high) }),
        [operands[0], zero], sites: node.sites)[0]
      let inner = Convolve(
        strides: convolve.strides, padding: convolve.padding.map { _ in (0, 0) }, dilation: convolve.dilation,
        inputDilation: convolve.inputDilation, groups: convolve.groups, result: convolve.result)
      return try result.append(inner, [padded, operands[1]], sites: node.sites)
    }
    return changed
  }
}
