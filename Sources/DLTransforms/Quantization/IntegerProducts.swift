import DLGraph
import DLOperations

/// Multiplies the bytes of quantized operands instead of the numbers they stand for.
///
/// `Σ (q - z) s · w t ⇒ f32(Σ q · w) · s t - (z Σ w) s t`: the sums of products of `u8` and `i8` are exact in `i32`, and
/// scales and shifts are applied once to each sum. Zeros around the operand of a convolution become bytes of the value `z`.
public struct IntegerProducts: Pass {
  public let name = "multiply-integers"
  public let summary = "multiplies the bytes of quantized operands"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let weights = ProductWeights(node.operation),
        let left = Dequantization(operands[0], in: result), left.scales.count == 1,
        result.type(of: left.bytes).elementType == .u8,
        let right = Dequantization(operands[1], in: result), right.zeroPoint == 0,
        let constant = result.definingNode(of: right.bytes)?.operation as? Constant,
        constant.literal.elementType == .i8, right.axis == weights.weightAxis || right.scales.count == 1
      else { return nil }
      changed = true
      return try result.appendIntegerProduct(
        node, left, right, weights, sumOfWeights: constant.literal.sums(axis: weights.weightAxis))
    }
    return changed
  }
}

extension Graph {
  fileprivate mutating func appendIntegerProduct(
    _ node: Node, _ left: Dequantization, _ right: Dequantization, _ weights: ProductWeights,
    sumOfWeights: [Int32]
  ) throws -> [ValueID] {
    let (operation, bytes) = try appendPadded(node, left)
    let sums = try append(operation, [bytes, right.bytes], sites: node.sites)[0]
    let shape = type(of: sums).shape
    let channelAxis = weights.channelAxis ?? shape.count - 1
    let scales = right.scales.map { $0 * left.scales[0] }
    let count = sumOfWeights.count
    let factors = scales.count == count ? scales : [Float](repeating: scales[0], count: count)
    let factor = try appendVector(
      Literal(.f32, shape: [count], elements: factors), shape, axis: channelAxis)
    let numbers = try append(Convert(to: .f32), [sums], sites: node.sites)[0]
    let value = try append(Binary(.multiply), [numbers, factor], sites: node.sites)[0]
    if left.zeroPoint == 0 { return [value] }
    let shifts = zip(sumOfWeights, factors).map { Float(-Double($0) * Double(left.zeroPoint) * Double($1)) }
    let shift = try appendVector(
      Literal(.f32, shape: [count], elements: shifts), shape, axis: channelAxis)
    return try append(Binary(.add), [value, shift], sites: node.sites)
  }

  /// The product to `i32` without padding of its own, and the bytes it reads.
  private mutating func appendPadded(
    _ node: Node, _ left: Dequantization
  ) throws -> (any Operation, ValueID) {
    if var contract = node.operation as? Contract {
      contract.result = .i32
      return (contract, left.bytes)
    }
    guard var convolve = node.operation as? Convolve else { return (node.operation, left.bytes) }
    convolve.result = .i32
    if convolve.padding.allSatisfy({ $0.low == 0 && $0.high == 0 }) { return (convolve, left.bytes) }
    let none: [Dimension] = [0, 0]
    let zero = Literal(.u8, shape: [], elements: [UInt8(clamping: left.zeroPoint)])
    let value = try append(Constant(zero), [])[0]
    let pad = Pad(
      low: none + convolve.padding.map { Dimension($0.low) },
      high: none + convolve.padding.map { Dimension($0.high) })
    convolve.padding = convolve.padding.map { _ in (0, 0) }
    return (convolve, try append(pad, [left.bytes, value], sites: node.sites)[0])
  }
}
