import DLGraph
import DLOperations

/// The mean of a value for each index of one of its axes, over everything that was seen of it.
struct ChannelMeans {
  private var sums: [Double] = []
  private var count = 0

  /// The means; infinite or not a number where such numbers were seen.
  var means: [Double] { sums.map { $0 / Double(max(count, 1)) } }

  mutating func add(_ literal: Literal, axis: Int) {
    let channels = literal.shape[axis]
    let inner = literal.shape[(axis + 1)...].reduce(1, *)
    if sums.isEmpty { sums = [Double](repeating: 0, count: channels) }
    let values = literal.elements(as: Float.self)
    for start in stride(from: 0, to: values.count, by: max(inner, 1)) {
      sums[start / inner % channels] += values[start..<start + inner].reduce(0) { $0 + Double($1) }
    }
    count += values.count / max(channels, 1)
  }
}

extension ProductWeights {
  /// The axis of the operand beside the weights that is summed over, or for a convolution its channels.
  func channelAxis(ofOperandOf operation: any Operation) -> Int {
    (operation as? Contract)?.contracting[0].left ?? 1
  }

  /// What rounding the weights takes from the mean of each output channel: `Σ (w - q s) E[x]` over the terms.
  ///
  /// It is exact for a matrix product. At the edges of a convolution zeros would count for less.
  /// (Nagel et al., "Data-free quantization through weight equalization and bias correction", 2019, with means that
  /// were measured.)
  ///
  /// - Parameter means: of the operand, by channel.
  func lostMeans(
    _ operation: any Operation, _ weights: Literal, _ rounded: QuantizedWeights, means: [Double]
  ) -> [Float] {
    let values = weights.elements(as: Float.self)
    let integers = rounded.integers.elements(as: Int8.self)
    let (count, inner) = (weights.shape[weightAxis], weights.shape[(weightAxis + 1)...].reduce(1, *))
    var lost = [Double](repeating: 0, count: count)
    for index in values.indices {
      let channel = index / inner % count
      let error = Double(values[index]) - Double(integers[index]) * Double(rounded.scales[channel])
      lost[channel] += error * means[term(index, channel, operation, weights.shape)]
    }
    return lost.map { $0.isFinite ? Float($0) : 0 }
  }

  /// The channel of the operand that a weight is multiplied with.
  private func term(_ index: Int, _ channel: Int, _ operation: any Operation, _ shape: [Int]) -> Int {
    guard let convolve = operation as? Convolve else {
      return weightAxis == 0 ? index % shape[1] : index / shape[1]
    }
    let window = shape[2...].reduce(1, *)
    let group = channel / (shape[0] / convolve.groups)
    return group * shape[1] + index / window % shape[1]
  }
}
