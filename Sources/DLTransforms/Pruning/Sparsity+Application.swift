import DLGraph

extension Sparsity {
  /// The weights with zeros in the places of the least magnitudes; of equal ones the last become zero.
  ///
  /// - Parameter channelAxes: the axis of each that counts output channels; groups lie along the next axis.
  /// - Requires: the weights are `f32` and have at least two axes.
  package func applied(to weights: [Literal], channelAxes: [Int]) -> [Literal] {
    switch self {
    case .magnitude(let share, let isGlobal):
      if !isGlobal { return weights.map { $0.zeroing(Self.least(share, of: [$0])[0]) } }
      return zip(weights, Self.least(share, of: weights)).map { $0.zeroing($1) }
    case .structured(let kept, let count):
      return zip(weights, channelAxes).map { $0.structured(kept: kept, of: count, channelAxis: $1) }
    case .blocks(let share, let rows, let columns):
      return zip(weights, channelAxes).map { weights, channelAxis in
        let areColumns = channelAxis == 1 && weights.shape.count == 2
        return weights.zeroingBlocks(
          share: share, height: areColumns ? columns : rows, width: areColumns ? rows : columns)
      }
    }
  }

  /// For each tensor the positions of its elements that are among the least of all.
  private static func least(_ share: Double, of tensors: [Literal]) -> [[Int]] {
    var magnitudes: [(magnitude: Float, tensor: Int, index: Int)] = []
    for (tensor, literal) in tensors.enumerated() {
      for (index, value) in literal.elements(as: Float.self).enumerated() {
        magnitudes.append((abs(value), tensor, index))
      }
    }
    magnitudes.sort { ($0.magnitude, $1.tensor, $1.index) < ($1.magnitude, $0.tensor, $0.index) }
    var result = [[Int]](repeating: [], count: tensors.count)
    for entry in magnitudes.prefix(Int(Double(magnitudes.count) * share)) {
      result[entry.tensor].append(entry.index)
    }
    return result
  }
}

extension Literal {
  fileprivate func zeroing(_ indices: some Sequence<Int>) -> Literal {
    var values = elements(as: Float.self)
    for index in indices { values[index] = 0 }
    return Literal(.f32, shape: shape, elements: values)
  }

  /// Keeps the `kept` greatest of each `count` elements that follow each other along the axis of the input channels.
  fileprivate func structured(kept: Int, of count: Int, channelAxis: Int) -> Literal {
    let axis = channelAxis == 0 ? 1 : 0
    let stride = shape[(axis + 1)...].reduce(1, *)
    let values = elements(as: Float.self)
    var zeros: [Int] = []
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for inner in 0..<stride {
        let start = outer * shape[axis] * stride + inner
        // A rest that is shorter than a group stays.
        for group in 0..<shape[axis] / count {
          let places = (0..<count).map { start + (group * count + $0) * stride }
          let ranked = places.sorted { (-abs(values[$0]), $0) < (-abs(values[$1]), $1) }
          zeros += ranked.dropFirst(kept)
        }
      }
    }
    return zeroing(zeros)
  }

  /// Zeros the blocks of the least sums of magnitudes, in the matrix of the first axis by all others.
  fileprivate func zeroingBlocks(share: Double, height: Int, width: Int) -> Literal {
    let (rows, columns) = (shape[0], shape[1...].reduce(1, *))
    let values = elements(as: Float.self)
    let (down, across) = ((rows + height - 1) / height, (columns + width - 1) / width)
    func places(_ block: Int) -> [Int] {
      let (top, left) = (block / across * height, block % across * width)
      return (top..<min(top + height, rows)).flatMap { row in
        (left..<min(left + width, columns)).map { row * columns + $0 }
      }
    }
    let sums = (0..<down * across).map { block in
      places(block).reduce(Float(0)) { $0 + abs(values[$1]) }
    }
    let ranked = sums.indices.sorted { (sums[$0], $1) < (sums[$1], $0) }
    return zeroing(ranked.prefix(Int(Double(sums.count) * share)).flatMap(places))
  }
}
