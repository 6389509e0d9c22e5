import DLGraph
import DLLoops
import DLOperations

/// Gives the groups of a convolution output channels that fill whole vectors.
///
/// With the channels last a vector holds output channels that lie side by side. Where a group ends within a vector, the
/// channels of the vector see different input channels, which would have to be gathered. So groups are filled up with
/// channels of zero weights, which are left out of the result again. Groups of which several fill a vector exactly stay.
public struct PaddedGroups: Pass {
  public let name = "pad-groups"
  public let summary = "fills the channels of grouped convolutions up to whole vectors"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let convolve = node.operation as? Convolve,
        let padding = GroupPadding(convolve, operands.map { result.type(of: $0) }, for: context.target)
      else { return nil }
      changed = true
      return [try padding.emit(operands, node.sites, in: &result)]
    }
    return changed
  }
}

/// A convolution whose groups have too few output channels for whole vectors.
private struct GroupPadding {
  let convolve: Convolve
  let kernel: TensorType
  /// The output channels of a group as they are, and as they are computed.
  let width: Int
  let paddedWidth: Int

  /// Nil where groups fill vectors, or several of them one, and for depthwise convolutions, whose vectors hold channels
  /// of the operand too.
  init?(_ convolve: Convolve, _ operands: [TensorType], for target: TargetDescription) {
    kernel = operands[1]
    guard convolve.groups > 1, let outputs = kernel.shape[0].constantValue, kernel.shape[1] != 1 else {
      return nil
    }
    self.convolve = convolve
    width = outputs / convolve.groups
    let lanes = target.lanes(of: (convolve.result ?? operands[0].elementType).accumulator)
    paddedWidth = (width + lanes - 1) / lanes * lanes
    guard width % lanes != 0, lanes % width != 0 else { return nil }
  }

  func emit(_ operands: [ValueID], _ sites: [Site], in graph: inout Graph) throws -> ValueID {
    let groups = Dimension(convolve.groups)
    let inner = Array(kernel.shape.dropFirst())
    let zero = try graph.append(Constant(Literal(zero: kernel.elementType)), [])[0]
    let none = inner.map { _ in Dimension(0) }
    let grouped = try graph.append(
      Reshape(shape: [groups, Dimension(width)] + inner), [operands[1]], sites: sites)[0]
    let padded = try graph.append(
      Pad(low: [0, 0] + none, high: [0, Dimension(paddedWidth - width)] + none), [grouped, zero], sites: sites
    )[0]
    let weights = try graph.append(
      Reshape(shape: [groups * Dimension(paddedWidth)] + inner), [padded], sites: sites)[0]
    let sums = try graph.append(convolve, [operands[0], weights], sites: sites)[0]

    let rank = kernel.rank
    let pixels = try graph.append(Transpose.channelsLast(rank: rank), [sums], sites: sites)[0]
    let outer = Array(graph.type(of: pixels).shape.dropLast())
    let split = try graph.append(
      Reshape(shape: outer + [groups, Dimension(paddedWidth)]), [pixels], sites: sites)[0]
    let kept = try graph.append(
      Slice(first: outer + [groups, Dimension(width)]), [split], sites: sites)[0]
    let merged = try graph.append(Reshape(shape: outer + [kernel.shape[0]]), [kept], sites: sites)[0]
    return try graph.append(Transpose.channelsFirst(rank: rank), [merged], sites: sites)[0]
  }
}
