import DLGraph
import DLOperations

/// A matrix of weights as small integers, of which so many that follow each other in an output channel share a scale.
package struct StoredWeights: Sendable {
  /// How the integers lie.
  package enum Order: Hashable, Sendable {
    /// Channel by channel, for tables of which rows are taken.
    case byChannel
    /// All channels of a term side by side, for products.
    case byTerm
  }

  /// The number of bits of an integer: 8 or 4.
  package let bits: Int
  package let channels: Int
  package let terms: Int
  /// The number of weights that share a scale. It divides the terms.
  package let count: Int
  package let order: Order
  /// By term: `i8[terms / count, count, channels]`, or `u8[terms / count, count / 2, channels]`, where each byte holds two
  /// integers plus 8, the one of the first half of its group in the low four bits. By channel the last axis is the first.
  package let integers: Literal
  /// By term: `[terms / count, channels]`, floats of any type; by channel the other way round.
  package let scales: Literal
  /// In the shape of the scales, what is subtracted from the integers, as integers; nil where it is nothing.
  package let zeros: Literal?

  package init(
    bits: Int, channels: Int, terms: Int, count: Int, order: Order, integers: Literal, scales: Literal,
    zeros: Literal? = nil
  ) {
    self.bits = bits
    self.channels = channels
    self.terms = terms
    self.count = count
    self.order = order
    self.integers = integers
    self.scales = scales
    self.zeros = zeros
  }

  /// Quantizes an `f32` matrix symmetrically; the scales are `bf16`.
  ///
  /// - Parameter channelAxis: the axis of the matrix that counts the channels.
  /// - Requires: `count` divides the other axis, and is even for four bits.
  package init(_ weights: Literal, channelAxis: Int, bits: Int, count: Int, order: Order) {
    let (channels, terms) = (weights.shape[channelAxis], weights.shape[1 - channelAxis])
    let strides = channelAxis == 0 ? (channel: terms, term: 1) : (channel: 1, term: channels)
    let groups = terms / count
    let limit = Float((1 << (bits - 1)) - 1)
    var scaleBits = [UInt16](repeating: 0, count: groups * channels)
    let rows = bits == 4 ? count / 2 : count
    let place = Self.places(order, channels: channels, groups: groups, rows: rows)
    integers = Literal(bits == 4 ? .u8 : .i8, shape: place.shape) { target in
      weights.withUnsafeBytes { bytes in
        let source = bytes.assumingMemoryBound(to: Float.self)
        for channel in 0..<channels {
          for group in 0..<groups {
            let first = channel * strides.channel + group * count * strides.term
            var greatest: Float = 0
            for term in 0..<count { greatest = max(greatest, abs(source[first + term * strides.term])) }
            let (scale, stored) = Self.scale(greatest / limit)
            scaleBits[channel * place.scale.channel + group * place.scale.group] = stored
            let base = channel * place.integer.channel + group * place.integer.group
            let inverse = 1 / scale
            func integer(_ term: Int) -> Int8 {
              let rounded = (source[first + term * strides.term] * inverse).rounded(.toNearestOrEven)
              return rounded.isNaN ? 0 : Int8(min(max(rounded, -limit), limit))
            }
            for row in 0..<rows {
              let byte =
                bits == 4
                ? UInt8(bitPattern: integer(row) + 8) | UInt8(bitPattern: integer(row + rows) + 8) << 4
                : UInt8(bitPattern: integer(row))
              target[base + row * place.integer.row] = byte
            }
          }
        }
      }
    }
    (self.bits, self.channels, self.terms, self.count, self.order) = (bits, channels, terms, count, order)
    scales = Literal(.bf16, shape: place.scaleShape, elements: scaleBits)
    zeros = nil
  }

  /// A scale that `bf16` can express, and its bits. Scales too small to divide by become 1: their weights are zeros.
  private static func scale(_ value: Float) -> (Float, UInt16) {
    guard value.isNormal else { return (1, UInt16(Float(1).bitPattern >> 16)) }
    let bits = value.bitPattern
    let rounded = UInt16(truncatingIfNeeded: (bits + 0x7fff + (bits >> 16 & 1)) >> 16)
    let scale = Float(bitPattern: UInt32(rounded) << 16)
    return scale.isFinite ? (scale, rounded) : (value, UInt16(bits >> 16))
  }

  /// Where an order puts integers and scales.
  package struct Places {
    package var shape: [Int]
    package var integer: (channel: Int, group: Int, row: Int)
    package var scaleShape: [Int]
    package var scale: (channel: Int, group: Int)
  }

  /// - Parameter rows: the bytes of a group.
  package static func places(_ order: Order, channels: Int, groups: Int, rows: Int) -> Places {
    switch order {
    case .byTerm:
      Places(
        shape: [groups, rows, channels], integer: (1, rows * channels, channels),
        scaleShape: [groups, channels], scale: (1, channels))
    case .byChannel:
      Places(
        shape: [channels, groups, rows], integer: (groups * rows, rows, 1),
        scaleShape: [channels, groups], scale: (groups, 1))
    }
  }
}

extension Graph {
  /// Appends the weights as `f32`: `[channels, terms]`, or the other way round where the channels are axis 1.
  package mutating func append(
    _ weights: StoredWeights, name: String?, channelAxis: Int, sites: [Site] = []
  ) throws -> ValueID {
    let constants = StoredConstants(
      integers: try append(Constant(weights.integers, name: name), [])[0],
      scales: try append(Constant(weights.scales), [])[0],
      zeros: try weights.zeros.map { try append(Constant($0), [])[0] })
    let isByTerm = weights.order == .byTerm
    let wide = try appendWidened(constants, isByTerm: isByTerm, sites)
    let matrix = isByTerm ? [weights.terms, weights.channels] : [weights.channels, weights.terms]
    let result = try append(Reshape(shape: matrix.map { Dimension($0) }), [wide], sites: sites)[0]
    if (channelAxis == 0) != isByTerm { return result }
    return try append(Transpose(permutation: [1, 0]), [result], sites: sites)[0]
  }

  /// Appends integers as `f32`, less their zeros and times their scales: `[groups, terms of a group, channels]` by term,
  /// `[…, groups, terms of a group]` otherwise, with a further axis for the halves of bytes.
  mutating func appendWidened(
    _ constants: StoredConstants, isByTerm: Bool, _ sites: [Site]
  ) throws -> ValueID {
    let type = type(of: constants.integers)
    let scales = self.type(of: constants.scales)
    let groupAxis = isByTerm ? 0 : scales.rank - 1
    var shape = type.shape
    var wide: ValueID
    if type.elementType == .u8 {
      shape.insert(2, at: groupAxis + 1)
      wide = try appendUnpacked(constants.integers, shape, halfAxis: groupAxis + 1, sites)
    } else {
      wide = try append(Convert(to: .f32), [constants.integers], sites: sites)[0]
    }
    let axes = isByTerm ? [0, shape.count - 1] : Array(0..<scales.rank)
    if let zeros = constants.zeros {
      wide = try append(Binary(.subtract), [wide, appendSpread(zeros, shape, axes, sites)], sites: sites)[0]
    }
    let factor = try appendSpread(constants.scales, shape, axes, sites)
    return try append(Binary(.multiply), [wide, factor], sites: sites)[0]
  }

  /// A value as `f32`, repeated to a shape.
  private mutating func appendSpread(
    _ value: ValueID, _ shape: [Dimension], _ axes: [Int], _ sites: [Site]
  ) throws -> ValueID {
    let isWide = type(of: value).elementType == .f32
    let wide = isWide ? value : try append(Convert(to: .f32), [value], sites: sites)[0]
    return try append(Broadcast(shape: shape, axes: axes), [wide], sites: sites)[0]
  }

  /// Both halves of each byte, less 8.
  private mutating func appendUnpacked(
    _ packed: ValueID, _ shape: [Dimension], halfAxis: Int, _ sites: [Site]
  ) throws -> ValueID {
    let axes = shape.indices.filter { $0 != halfAxis }
    let pairs = try append(Broadcast(shape: shape, axes: axes), [packed], sites: sites)[0]
    let shifts = Literal(.u8, shape: [2], elements: [0, 4] as [UInt8])
    let amounts = try appendVector(shifts, shape, axis: halfAxis)
    let shifted = try append(Binary(.shiftRight), [pairs, amounts], sites: sites)[0]
    let mask = try append(Constant(Literal(.u8, shape: [], elements: [15 as UInt8])), [])[0]
    let masks = try append(Broadcast(shape: shape, axes: []), [mask])[0]
    let halves = try append(Binary(.and), [shifted, masks], sites: sites)[0]
    let wide = try append(Convert(to: .f32), [halves], sites: sites)[0]
    return try append(Binary(.subtract), [wide, appendScalar(8, shape)], sites: sites)[0]
  }
}

/// The values of which stored weights are made.
struct StoredConstants {
  var integers: ValueID
  var scales: ValueID
  var zeros: ValueID?
}
