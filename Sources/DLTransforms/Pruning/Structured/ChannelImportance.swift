import DLGraph
import DLOperations

/// How much the weights that belong to each set of channels weigh together.
struct ChannelImportance {
  private var sums: [ChannelCoupling.Channel: Double] = [:]

  /// The norms of all slices of matrices and kernels that would go with a set, added up.
  ///
  /// - Parameter channels: the sets to look at.
  init(
    of channels: Set<ChannelCoupling.Channel>, in module: Module, _ coupling: ChannelCoupling,
    by norm: ChannelNorm
  ) {
    var seen: Set<String> = []
    for (index, graph) in module.graphs.enumerated() {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          constant.literal.elementType == .f32, constant.literal.shape.count(where: { $0 > 1 }) > 1,
          seen.insert(name).inserted
        else { continue }
        let literal = constant.literal
        for axis in literal.shape.indices {
          guard
            let sets = coupling.channels(of: node.results[0], axis: axis, in: index, literal.shape[axis]),
            sets.contains(where: channels.contains)
          else { continue }
          for (set, sum) in zip(sets, literal.norms(along: axis, norm)) where channels.contains(set) {
            sums[set, default: 0] += sum
          }
        }
      }
    }
  }

  subscript(channel: ChannelCoupling.Channel) -> Double { sums[channel] ?? 0 }
}

extension Literal {
  /// For each index of an axis the sum of the magnitudes, or of the squares, of the elements there.
  fileprivate func norms(along axis: Int, _ norm: ChannelNorm) -> [Double] {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let extent = shape[axis]
    var sums = [Double](repeating: 0, count: extent)
    withUnsafeBytes { bytes in
      let values = bytes.assumingMemoryBound(to: Float.self)
      for (block, start) in stride(from: 0, to: values.count, by: max(inner, 1)).enumerated() {
        var sum = 0.0
        for value in values[start..<start + inner] {
          sum += norm == .l1 ? Double(abs(value)) : Double(value) * Double(value)
        }
        sums[block % extent] += sum
      }
    }
    return sums
  }
}
