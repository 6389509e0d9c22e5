import DLGraph
import DLLoops
import DLOperations

/// Computes transposed convolutions without the zeros between the elements of their operand.
///
/// The places of the result fall into phases by their residues: each phase is a convolution with a part of the kernel.
/// The phases are computed apart, or, where that takes fewer vectors of multiplications, as the channels of one
/// convolution with a window that holds all of theirs; then they are put side by side. Shi et al. 2016 (arXiv
/// 1609.07009) show the equivalence.
public struct TransposedConvolution: Pass {
  public let name = "split-transposed-convolutions"
  public let summary = "computes transposed convolutions without the zeros between elements"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let convolve = node.operation as? Convolve,
        let split = PhaseSplit(
          convolve, operands.map { result.type(of: $0) }, node.sites, for: context.target)
      else { return nil }
      changed = true
      return [try split.emit(operands[0], operands[1], in: &result)]
    }
    return changed
  }
}

/// A transposed convolution as convolutions of its phases.
private struct PhaseSplit {
  private let convolve: Convolve
  private let sites: [Site]
  private let image: TensorType
  private let kernel: TensorType
  /// The extents of the kernel's window.
  private let extents: [Int]
  /// The phases, those of the last axis varying fastest.
  private var phases: [[ConvolutionPhase]] = [[]]
  /// By axis: how many more places a phase has than the operand elements, at most.
  private let growth: [Int]
  /// By axis: how many of the places that the phases make together are too many.
  private let excess: [Int]
  private let lanes: Int

  /// Nil for what is not a transposed convolution, or slides in larger strides too.
  init?(_ convolve: Convolve, _ operands: [TensorType], _ sites: [Site], for target: TargetDescription) {
    let extents = operands[1].shape.dropFirst(2).compactMap(\.constantValue)
    guard convolve.inputDilation.contains(where: { $0 > 1 }), convolve.strides.allSatisfy({ $0 == 1 }),
      extents.count == convolve.strides.count
    else { return nil }
    self.convolve = convolve
    self.sites = sites
    self.extents = extents
    (image, kernel) = (operands[0], operands[1])
    lanes = target.lanes(of: image.elementType)
    var (growth, excess): ([Int], [Int]) = ([], [])
    for axis in extents.indices {
      let (distance, dilation) = (convolve.inputDilation[axis], convolve.dilation[axis])
      let (low, high) = convolve.padding[axis]
      // The result has `distance * X + more` places for X elements of the operand.
      let more = 1 - distance + low + high - (extents[axis] - 1) * dilation
      growth.append((more + distance - 1).floorDivided(by: distance))
      excess.append(growth[axis] * distance - more)
      phases = phases.flatMap { outer in
        (0..<distance).map { residue in
          outer + [
            ConvolutionPhase(
              residue: residue, distance: distance, extent: extents[axis], dilation: dilation, low: low)
          ]
        }
      }
    }
    (self.growth, self.excess) = (growth, excess)
  }

  func emit(_ x: ValueID, _ weights: ValueID, in graph: inout Graph) throws -> ValueID {
    let rank = image.rank
    let window = commonWindow
    let parts = try (window == nil ? phases.map { [$0] } : [phases]).map { group in
      let window = window ?? group[0].map { $0.isEmpty ? .init(low: 0, count: 1, dilation: 1) : $0.window }
      let sum = try convolution(x, weights, of: group, in: window, &graph)
      return try graph.append(Transpose.channelsLast(rank: rank), [sum], sites: sites)[0]
    }
    let places = try interleaved(parts, &graph)
    let shaped = try cropped(places, &graph)
    return try graph.append(Transpose.channelsFirst(rank: rank), [shaped], sites: sites)[0]
  }

  // MARK: Convolutions

  /// The window for all phases together, where that is no more work than a convolution for each.
  private var commonWindow: [ConvolutionPhase.Window]? {
    guard let channels = kernel.shape[0].constantValue,
      !phases.joined().contains(where: { $0.window.dilation > 1 })
    else { return nil }
    let common = extents.indices.map { axis in
      ConvolutionPhase.Window(around: phases.map { $0[axis] }.filter { !$0.isEmpty }.map(\.window))
    }
    let vectors = { (count: Int) in (count + lanes - 1) / lanes }
    let apart = phases.reduce(0) { $0 + vectors(channels) * $1.reduce(1) { $0 * max($1.window.count, 1) } }
    let together = vectors(channels * phases.count) * common.reduce(1) { $0 * $1.count }
    return together <= apart ? common : nil
  }

  /// The results of phases as channels: those of a group of channels by phase.
  private func convolution(
    _ x: ValueID, _ weights: ValueID, of group: [[ConvolutionPhase]], in window: [ConvolutionPhase.Window],
    _ graph: inout Graph
  ) throws -> ValueID {
    let groups = Dimension(convolve.groups)
    let inner = [kernel.shape[1]] + window.map { Dimension($0.count) }
    let blocks = try group.map { phase in
      let block = try part(of: weights, phase, in: window, &graph)
      let shape = [groups, 1, kernel.shape[0].floorDivided(by: groups)] + inner
      return try graph.append(Reshape(shape: shape), [block], sites: sites)[0]
    }
    let stacked = try graph.append(Concatenate(axis: 1), blocks, sites: sites)[0]
    let shape = [kernel.shape[0] * Dimension(group.count)] + inner
    let kernels = try graph.append(Reshape(shape: shape), [stacked], sites: sites)[0]
    let padding = zip(window, growth).map { window, growth in
      (low: window.low, high: growth - window.low + (window.count - 1) * window.dilation)
    }
    let ones = [Int](repeating: 1, count: extents.count)
    let operation = Convolve(
      strides: ones, padding: padding, dilation: window.map(\.dilation), inputDilation: ones,
      groups: convolve.groups, result: convolve.result)
    return try graph.append(operation, [x, kernels], sites: sites)[0]
  }

  /// The elements of the kernel that take part in a phase, with zeros for the rest of the window.
  private func part(
    of weights: ValueID, _ phase: [ConvolutionPhase], in window: [ConvolutionPhase.Window],
    _ graph: inout Graph
  ) throws -> ValueID {
    let zero = try graph.append(Constant(Literal(zero: kernel.elementType)), [])[0]
    let outer = Array(kernel.shape.prefix(2))
    if phase.contains(where: \.isEmpty) {
      let shape = outer + window.map { Dimension($0.count) }
      return try graph.append(Broadcast(shape: shape, axes: []), [zero])[0]
    }
    let slice = Slice(
      starts: [0, 0] + phase.map { Dimension($0.first) },
      extents: outer + phase.map { Dimension($0.window.count) }, steps: [1, 1] + phase.map(\.step))
    let taken = try graph.append(slice, [weights], sites: sites)[0]
    let low = zip(window, phase).map { $0.low - $1.window.low }
    let high = zip(window, phase).map { $0.count - $1.window.count - ($0.low - $1.window.low) }
    let pad = Pad(low: [0, 0] + low.map { Dimension($0) }, high: [0, 0] + high.map { Dimension($0) })
    return try graph.append(pad, [taken, zero], sites: sites)[0]
  }

  // MARK: Places

  /// The phases side by side: `[N, S…, C]` of one convolution for all phases, or of each phase's.
  private func interleaved(_ parts: [ValueID], _ graph: inout Graph) throws -> ValueID {
    let axes = extents.count
    let distances = convolve.inputDilation.map { Dimension($0) }
    let type = graph.type(of: parts[0])
    let pixels = Array(type.shape.dropLast())
    let groups = Dimension(convolve.groups)
    let channels = [groups, kernel.shape[0].floorDivided(by: groups)]
    // The axes of the operand are N, S…, phases…, groups and channels, in the order that comes from the convolutions.
    let (source, shape, order): (ValueID, [Dimension], [Int])
    if parts.count == 1 {
      source = parts[0]
      shape = pixels + [channels[0]] + distances + [channels[1]]
      let pairs = (0..<axes).flatMap { [1 + $0, axes + 2 + $0] }
      order = [0] + pairs + [axes + 1, 2 * axes + 2]
    } else {
      let rows = try parts.map { try graph.append(Reshape(shape: [1] + type.shape), [$0], sites: sites)[0] }
      source = try graph.append(Concatenate(axis: 0), rows, sites: sites)[0]
      shape = distances + pixels + channels
      let pairs = (0..<axes).flatMap { [axes + 1 + $0, $0] }
      order = [axes] + pairs + [2 * axes + 1, 2 * axes + 2]
    }
    let split = try graph.append(Reshape(shape: shape), [source], sites: sites)[0]
    let placed = try graph.append(Transpose(permutation: order), [split], sites: sites)[0]
    let merged = [pixels[0]] + zip(pixels.dropFirst(), distances).map { $0 * $1 } + [kernel.shape[0]]
    return try graph.append(Reshape(shape: merged), [placed], sites: sites)[0]
  }

  /// Without the places that only some phases have.
  private func cropped(_ value: ValueID, _ graph: inout Graph) throws -> ValueID {
    guard excess.contains(where: { $0 > 0 }) else { return value }
    var extents = graph.type(of: value).shape
    for (axis, excess) in excess.enumerated() { extents[1 + axis] = extents[1 + axis] - Dimension(excess) }
    return try graph.append(Slice(first: extents), [value], sites: sites)[0]
  }
}
