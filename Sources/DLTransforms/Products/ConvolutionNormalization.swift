import DLGraph
import DLOperations

/// Brings convolutions into forms that run without checks in the inner loop.
///
/// A pointwise convolution (kernel 1, stride 1, no padding) becomes one over a single long axis. Padding becomes a
/// tensor of its own, so that every product reads inside its operand.
public struct ConvolutionNormalization: Pass {
  public let name = "normalize-convolutions"
  public let summary = "flattens pointwise convolutions and makes padding explicit"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let convolve = node.operation as? Convolve else { return nil }
      let values =
        try flatten(convolve, operands, node.sites, in: &result)
        ?? pad(convolve, operands, node.sites, in: &result)
      if values != nil { changed = true }
      return values
    }
    return changed
  }

  private func flatten(
    _ convolve: Convolve, _ operands: [ValueID], _ sites: [Site], in graph: inout Graph
  ) throws -> [ValueID]? {
    let input = graph.type(of: operands[0]).shape
    let kernel = graph.type(of: operands[1]).shape
    let spatial = Array(input.dropFirst(2))
    guard spatial.count > 1, kernel.dropFirst(2).allSatisfy({ $0 == 1 }),
      convolve.strides.allSatisfy({ $0 == 1 }), convolve.inputDilation.allSatisfy({ $0 == 1 }),
      convolve.padding.allSatisfy({ $0.low == 0 && $0.high == 0 })
    else { return nil }
    let flat = try graph.append(
      Reshape(shape: Array(input.prefix(2)) + [spatial.product]), [operands[0]], sites: sites)[0]
    let weights = try graph.append(
      Reshape(shape: Array(kernel.prefix(2)) + [1]), [operands[1]], sites: sites)[0]
    let one = Convolve(
      strides: [1], padding: [(0, 0)], dilation: [1], inputDilation: [1], groups: convolve.groups)
    let product = try graph.append(one, [flat, weights], sites: sites)[0]
    return try graph.append(
      Reshape(shape: [input[0], kernel[0]] + spatial), [product], sites: sites)
  }

  private func pad(
    _ convolve: Convolve, _ operands: [ValueID], _ sites: [Site], in graph: inout Graph
  ) throws -> [ValueID]? {
    guard convolve.padding.contains(where: { $0.low != 0 || $0.high != 0 }),
      convolve.padding.allSatisfy({ $0.low >= 0 && $0.high >= 0 }),
      convolve.inputDilation.allSatisfy({ $0 == 1 })
    else { return nil }
    let type = graph.type(of: operands[0])
    let zero = try graph.append(Constant(Literal(zero: type.elementType), name: nil), [])[0]
    let none: [Dimension] = [0, 0]
    let padded = try graph.append(
      Pad(
        low: none + convolve.padding.map { Dimension($0.low) },
        high: none + convolve.padding.map { Dimension($0.high) }),
      [operands[0], zero], sites: sites)[0]
    let inner = Convolve(
      strides: convolve.strides, padding: convolve.padding.map { _ in (0, 0) }, dilation: convolve.dilation,
      inputDilation: convolve.inputDilation, groups: convolve.groups)
    return try graph.append(inner, [padded, operands[1]], sites: sites)
  }
}
