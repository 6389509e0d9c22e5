import DLFormats
import DLGraph
import DLOperations

/// A matrix in a file as integers, with tensors of scales and maybe zeros beside them.
struct IntegerWeights {
  let channels: Int
  let terms: Int
  /// The number of weights of a channel that share a scale.
  let count: Int
  /// The number of bits of an integer.
  let bits: Int
  /// `i8[channels, terms]`, or for four bits `i32[channels, terms / 8]`, each with eight integers plus 8, the first lowest.
  private let integers: Literal
  /// `[channels, terms / count]`.
  private let scales: [Float]
  private let scaleLiteral: Literal
  /// In the order of the scales; nil where all are 0.
  private let zeros: [Int8]?

  /// The tensors that belong together.
  struct Names {
    /// The name of the weights as a model has it.
    let base: String
    let integers: String
    let scales: String
    let zeros: String
    let shape: String
    let isPacked: Bool

    /// The tensors whose first one has a name; nil where it is none that has scales beside it.
    init?(_ name: String, in entries: [String: TensorFile.Entry]) {
      isPacked = name.hasSuffix("_packed")
      base = isPacked ? String(name.dropLast("_packed".count)) : name
      integers = name
      scales = base + "_scale"
      zeros = base + "_zero_point"
      shape = base + "_shape"
      let type: ElementType = isPacked ? .i32 : .i8
      guard entries[name]?.literal.elementType == type, entries[name]?.encoding == nil,
        entries[name]?.literal.shape.count == 2, entries[scales] != nil
      else { return nil }
    }

    var parts: [String] { [integers, scales, zeros, shape] }
  }

  struct Mismatch: Error { let message: String }

  init(_ names: Names, _ entries: [String: TensorFile.Entry]) throws(Mismatch) {
    guard let weights = entries[names.integers]?.literal, let scale = entries[names.scales]?.literal else {
      throw Mismatch(message: "its scales are missing")
    }
    bits = names.isPacked ? 4 : 8
    channels = weights.shape[0]
    var terms = weights.shape[1]
    if names.isPacked {
      guard let shape = entries[names.shape]?.literal, shape.shape == [2], let extents = shape.integers,
        extents[0] == channels, extents[1] >= 0, (extents[1] + 7) / 8 == terms
      else {
        throw Mismatch(
          message: "'\(names.shape)' must hold the shape [\(channels), …] of which eight are in a word")
      }
      terms = extents[1]
    }
    self.terms = terms
    guard let floats = scale.widenedFloats else {
      throw Mismatch(message: "the scales must be f32, f16 or bf16, not \(scale.elementType)")
    }
    // One for all, one for each channel, or one for each group of a channel.
    let groups = scale.count == 1 || scale.count == channels ? 1 : scale.count / max(channels, 1)
    guard scale.count == 1 || scale.count == channels * groups && groups > 0 && terms % groups == 0,
      scale.shape.first == channels || scale.count == 1
    else {
      throw Mismatch(
        message: "scales of the shape \(scale.shape) don't fit integers of the shape [\(channels), \(terms)]")
    }
    count = terms / groups
    let isShared = scale.count == 1 && channels != 1
    scales = isShared ? [Float](repeating: floats[0], count: channels) : floats
    scaleLiteral =
      isShared ? Literal(.f32, shape: [channels, 1], elements: scales) : scale.reshaped([channels, groups])
    integers = weights
    zeros = try Self.zeros(names, entries, scale)
  }

  private static func zeros(
    _ names: Names, _ entries: [String: TensorFile.Entry], _ scale: Literal
  ) throws(Mismatch) -> [Int8]? {
    guard let literal = entries[names.zeros]?.literal else { return nil }
    guard !names.isPacked, literal.count == scale.count, let values = literal.integers,
      values.allSatisfy({ (-128...127).contains($0) })
    else {
      throw Mismatch(
        message: "the zero points must be bytes, as many as there are scales, of weights of 8 bits")
    }
    if values.allSatisfy({ $0 == 0 }) { return nil }
    return values.map { Int8($0) }
  }

  private func zero(_ position: Int) -> Int {
    guard let zeros else { return 0 }
    return Int(zeros.count == 1 ? zeros[0] : zeros[position])
  }

  /// Calls `body` with the function that gives the integer of a channel and term.
  private func withIntegers<R>(_ body: ((_ channel: Int, _ term: Int) -> Int8) -> R) -> R {
    integers.withUnsafeBytes { bytes in
      if bits == 8 { return body { Int8(bitPattern: bytes[$0 * terms + $1]) } }
      let rowBytes = (terms + 7) / 8 * 4
      return body { channel, term in
        Int8(bytes[channel * rowBytes + term / 2] >> UInt8(term % 2 * 4) & 15) - 8
      }
    }
  }

  /// The numbers.
  var decoded: Literal {
    let groups = terms / max(count, 1)
    return Literal(.f32, shape: [channels, terms]) { target in
      let numbers = target.assumingMemoryBound(to: Float.self)
      withIntegers { integer in
        for channel in 0..<channels {
          for term in 0..<terms {
            let place = channel * groups + term / count
            numbers[channel * terms + term] = Float(Int(integer(channel, term)) - zero(place)) * scales[place]
          }
        }
      }
    }
  }

  /// The integers in an order of the compiler's; nil where halves of bytes can't hold them.
  func stored(_ order: StoredWeights.Order) -> StoredWeights? {
    guard count > 0, channels > 0 else { return nil }
    if bits == 4, count % 2 != 0 { return nil }
    let groups = terms / count
    let rows = bits == 4 ? count / 2 : count
    let place = StoredWeights.places(order, channels: channels, groups: groups, rows: rows)
    let literal = Literal(bits == 4 ? .u8 : .i8, shape: place.shape) { target in
      withIntegers { integer in
        for channel in 0..<channels {
          for group in 0..<groups {
            let base = channel * place.integer.channel + group * place.integer.group
            for row in 0..<rows {
              let low = integer(channel, group * count + row)
              target[base + row * place.integer.row] =
                bits == 4
                ? UInt8(bitPattern: low + 8)
                  | UInt8(bitPattern: integer(channel, group * count + row + rows) + 8) << 4
                : UInt8(bitPattern: low)
            }
          }
        }
      }
    }
    let zeroLiteral = zeros.map {
      Literal(
        .i8, shape: [channels, groups],
        elements: $0.count == 1 ? [Int8](repeating: $0[0], count: channels * groups) : $0)
    }
    return StoredWeights(
      bits: bits, channels: channels, terms: terms, count: count, order: order, integers: literal,
      scales: order == .byChannel ? scaleLiteral : scaleLiteral.transposedMatrix,
      zeros: zeroLiteral.map { order == .byChannel ? $0 : $0.transposedMatrix })
  }
}

extension Literal {
  /// The elements of a tensor of floats of at most 32 bits.
  fileprivate var widenedFloats: [Float]? {
    switch elementType {
    case .f32, .f16, .bf16: Convert(to: .f32).evaluate([self], in: .withoutBodies)[0].elements(as: Float.self)
    default: nil
    }
  }

  /// The elements of a tensor of integers.
  fileprivate var integers: [Int]? {
    switch elementType {
    case .i8: elements(as: Int8.self).map { Int($0) }
    case .i32: elements(as: Int32.self).map { Int($0) }
    case .i64: elements(as: Int64.self).map { Int($0) }
    default: nil
    }
  }

  /// A matrix with its axes swapped.
  fileprivate var transposedMatrix: Literal {
    Transpose(permutation: [1, 0]).evaluate([self], in: .withoutBodies)[0]
  }
}
