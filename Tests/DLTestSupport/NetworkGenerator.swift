import DLGraph
import DLOperations

/// Makes random convolutional networks with named parameters: what ties channels to each other occurs in all combinations.
///
/// The same seed gives the same network. No two elements of its parameters are equal.
public struct NetworkGenerator {
  public private(set) var graph = Graph(name: "f")
  private var random: SplitMix
  private var images: [ValueID] = []
  private var parameterCount = 0

  private static let size = 6

  public init(seed: Int, layers: Int = 10) throws {
    random = SplitMix(seed: seed)
    images = [graph.addInput("x", TensorType(.f32, [2, 3, 6, 6]))]
    try convolve(kernel: 3)
    for _ in 0..<layers { try grow() }
    try finish()
  }

  // MARK: Parts

  private mutating func parameter(_ shape: [Int]) throws -> ValueID {
    let count = shape.reduce(1, *)
    let scale = 1 / Float(max(1, shape.dropFirst().reduce(1, *))).squareRoot()
    let values = (0..<count).map { _ in Float.random(in: -scale...scale, using: &random) }
    parameterCount += 1
    let literal = Literal(.f32, shape: shape, elements: values)
    return try graph.append(Constant(literal, name: "layer\(parameterCount).weight"), [])[0]
  }

  private func channels(_ value: ValueID) -> Int { graph.type(of: value).shape[1].constantValue ?? 0 }

  private mutating func append(_ operation: any Operation, _ operands: [ValueID]) throws -> ValueID {
    try graph.append(operation, operands)[0]
  }

  /// One of the last images.
  private mutating func image() -> ValueID { random.pick(Array(images.suffix(3))) }

  /// A vector of parameters for each channel, in the shape of an image.
  private mutating func spread(_ value: ValueID) throws -> ValueID {
    let vector = try parameter([channels(value)])
    return try append(Broadcast(shape: graph.type(of: value).shape, axes: [1]), [vector])
  }

  // MARK: Layers

  private mutating func grow() throws {
    switch random.int(0...9) {
    case 0, 1: try convolve(kernel: random.pick([1, 3]))
    case 2: try convolve(kernel: 3, groups: channels(images[images.count - 1]))
    case 3: try convolve(kernel: 3, groups: 2)
    case 4:
      let x = image()
      let scaled = try append(Binary(.multiply), [x, spread(x)])
      images.append(try append(Binary(.add), [scaled, spread(x)]))
    case 5: images.append(try append(Unary(.tanh), [image()]))
    case 6: try addResidual()
    case 7: images.append(try append(Concatenate(axis: 1), [image(), image()]))
    case 8: try normalizeGroups()
    default: try gate()
    }
  }

  private mutating func convolve(kernel: Int, groups: Int = 1) throws {
    let x = images[images.count - 1]
    let inputs = channels(x)
    guard inputs % groups == 0 else { return }
    let outputs = groups == inputs ? inputs : random.pick([8, 12, 16])
    let weights = try parameter([outputs, inputs / groups, kernel, kernel])
    let padding = (low: kernel / 2, high: kernel / 2)
    images.append(
      try append(
        Convolve(
          strides: [1, 1], padding: [padding, padding], dilation: [1, 1], inputDilation: [1, 1],
          groups: groups), [x, weights]))
  }

  private mutating func addResidual() throws {
    let x = image()
    let others = images.filter { graph.type(of: $0) == graph.type(of: x) }
    images.append(try append(Binary(.add), [x, random.pick(others)]))
  }

  /// Scales groups of two channels to their mean square, as group normalization does.
  private mutating func normalizeGroups() throws {
    let x = image()
    guard channels(x) % 2 == 0 else { return }
    let grouped = [2, channels(x) / 2, 2, Self.size, Self.size].map { Dimension($0) }
    let split = try append(Reshape(shape: grouped), [x])
    let squares = try append(Binary(.multiply), [split, split])
    let sums = try append(Reduce(.sum, axes: [2, 3, 4]), [squares])
    let one = try append(Constant(Literal(.f32, shape: [], elements: [Float(1)])), [])
    let ones = try append(Broadcast(shape: graph.type(of: sums).shape, axes: []), [one])
    let scale = try append(Unary(.rsqrt), [append(Binary(.add), [sums, ones])])
    let spread = try append(Broadcast(shape: grouped, axes: [0, 1]), [scale])
    let scaled = try append(Binary(.multiply), [split, spread])
    images.append(try append(Reshape(shape: graph.type(of: x).shape), [scaled]))
  }

  /// Scales channels by a function of all of them, as squeeze-and-excitation does.
  private mutating func gate() throws {
    let x = image()
    let sums = try append(Reduce(.sum, axes: [2, 3]), [x])
    let narrow = try append(
      Contract(batch: [], contracting: [(1, 1)], result: .f32), [sums, parameter([4, channels(x)])])
    let wide = try append(
      Contract(batch: [], contracting: [(1, 1)], result: .f32),
      [append(Unary(.tanh), [narrow]), parameter([channels(x), 4])])
    let spread = try append(
      Broadcast(shape: graph.type(of: x).shape, axes: [0, 1]), [append(Unary(.sigmoid), [wide])])
    images.append(try append(Binary(.multiply), [x, spread]))
  }

  /// Ends with a classifier, over all pixels or their sum.
  private mutating func finish() throws {
    let x = images[images.count - 1]
    var features = x
    if random.chance(0.5) {
      features = try append(Reduce(.sum, axes: [2, 3]), [x])
    } else {
      let count = channels(x) * Self.size * Self.size
      features = try append(Reshape(shape: [2, Dimension(count)]), [x])
    }
    let width = graph.type(of: features).shape[1].constantValue ?? 0
    let y = try append(
      Contract(batch: [], contracting: [(1, 1)], result: .f32), [features, parameter([5, width])])
    graph.outputs = [Graph.Output(name: "y", value: y)]
  }
}
