import DLGraph
import DLOperations

/// A part of a dense tensor: what one tensor is in another one.
struct Region: Hashable {
  /// The number of elements before the part along each axis.
  var low: [Dimension]
  /// The shape of the part; that of the tensor which it is may divide the same elements in another way.
  var part: [Dimension]
  /// The shape of the whole.
  var whole: [Dimension]
}

extension Graph {
  /// This body with operands and results that are parts of larger tensors: it takes the larger tensors and gives them
  /// with the results in place.
  ///
  /// - Parameters:
  ///   - inputs: by input, the regions in which it lies, from the inside out; none where it is a tensor of its own.
  ///   - outputs: likewise.
  func relocated(inputs regions: [[Region]], outputs: [[Region]]) throws(TypeError) -> Graph {
    var result = Graph(name: name, symbols: symbols)
    var wholes: [ValueID] = []
    for (input, regions) in zip(inputs, regions) {
      var type = type(of: input.value)
      if let outermost = regions.last { type.shape = outermost.whole }
      wholes.append(result.addInput(input.name, type, role: input.role))
    }
    var arguments: [ValueID] = []
    for ((input, regions), whole) in zip(zip(inputs, regions), wholes) {
      arguments.append(try result.appendPart(whole, regions, shape: type(of: input.value).shape))
    }
    let values = try result.inline(self, arguments)
    for ((output, regions), value) in zip(zip(self.outputs, outputs), values) {
      var value = value
      for region in regions {
        value = try result.appendReshape(value, region.part)
        value = try result.append(Placed(low: region.low, shape: region.whole), [value])[0]
      }
      result.outputs.append(Output(name: output.name, value: value, role: output.role))
    }
    return result
  }

  /// Appends a view of the innermost region of a tensor.
  private mutating func appendPart(
    _ whole: ValueID, _ regions: [Region], shape: [Dimension]
  ) throws(TypeError) -> ValueID {
    var value = whole
    for (index, region) in regions.enumerated().reversed() {
      let slice = Slice(starts: region.low, extents: region.part, steps: region.low.map { _ in 1 })
      value = try append(slice, [value])[0]
      value = try appendReshape(value, index > 0 ? regions[index - 1].whole : shape)
    }
    return value
  }

  private mutating func appendReshape(
    _ value: ValueID, _ shape: [Dimension]
  ) throws(TypeError) -> ValueID {
    type(of: value).shape == shape ? value : try append(Reshape(shape: shape), [value])[0]
  }
}
