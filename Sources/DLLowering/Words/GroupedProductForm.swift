import DLGraph
import DLLoops
import DLOperations

/// A product of bytes with constant weights in few bits, in groups of terms that have a scale on either side:
/// `y[m, n] = Σ_g r[m, g] s[g, n] Σ_t q[m, g, t] (w[g, t, n] - zero)`.
///
/// The graph says so as a product of `q * r` and `(w - zero) * s`. Within a group the sum is one of integers, which is
/// exact; the scales join it once for each group instead of once for each term.
struct GroupedProductForm {
  /// How weights lie in the bytes that hold them.
  enum Encoding: Hashable {
    /// One in each byte, as `i8`.
    case bytes
    /// Two in each byte, half a group apart, the earlier one in the low four bits.
    case halfBytes
  }

  let anchor: Node
  let rows: IntegerExpression
  let columns: Int
  let groups: Int
  /// The number of terms in a group.
  let count: Int
  let encoding: Encoding
  /// What is subtracted from the weights as the tile reads them: unsigned bytes.
  let zero: Int
  /// The inputs of the body: `q` and `r`, row by row, and `w` and `s`.
  let left: Int
  let leftScales: Int
  let right: Int
  let rightScales: Int
  /// The axes of `s`.
  let scaleAxes: (group: Int, column: Int)
  private let strides: (group: Int, term: Int, column: Int)

  /// - Parameter constants: the inputs of the body whose elements are known now.
  init?(_ body: Graph, constants: Set<Int>) {
    guard let (anchor, contract) = body.onlyProduct, contract.result == .f32,
      body.type(of: anchor.operands[0]).rank == 2,
      let columns = body.type(of: anchor.operands[1]).shape[1].constantValue,
      let activations = Activations(body, anchor.operands[0])
    else { return nil }
    let column = Symbol("n", lower: 0, upper: IntegerExpression(columns - 1))
    guard
      let weights = Weights(
        body, anchor.operands[1], groups: activations.groups, count: activations.count, column: column),
      [weights.input, weights.scales].allSatisfy({
        constants.contains($0) && body.useCounts()[body.inputs[$0].value.index] == 1
      })
    else { return nil }
    self.anchor = anchor
    rows = body.type(of: anchor.operands[0]).shape[0]
    self.columns = columns
    groups = activations.groups
    count = activations.count
    encoding = weights.encoding
    zero = weights.zero
    left = activations.input
    leftScales = activations.scales
    right = weights.input
    rightScales = weights.scales
    scaleAxes = weights.scaleAxes
    strides = weights.strides
  }

  /// The number of terms of a group whose weights lie in different bytes.
  var byteCount: Int { encoding == .bytes ? count : count / 2 }

  /// The weights in panels of a number of columns.
  func blocking(width: Int) -> WordBlocking {
    WordBlocking(
      product: .bytes, columns: .init(extent: columns, stride: strides.column), width: width,
      outer: [.init(extent: groups, stride: strides.group)],
      inner: [.init(extent: byteCount, stride: strides.term)], hasOffset: false)
  }
}

/// The left factor: `f32(q) * r`, row by row.
private struct Activations {
  let input: Int
  let scales: Int
  let groups: Int
  let count: Int

  init?(_ body: Graph, _ value: ValueID) {
    var value = value
    while let node = body.definingNode(of: value), node.operation is Reshape { value = node.operands[0] }
    let shape = body.type(of: value).shape
    guard let product = body.definingNode(of: value), (product.operation as? Binary)?.function == .multiply,
      shape.count == 3, let groups = shape[1].constantValue, let count = shape[2].constantValue
    else { return nil }
    let row = shape[0] == 1 ? 0 : IntegerExpression(Symbol("m", lower: 0, upper: shape[0] - 1))
    let group = IntegerExpression(Symbol("g", lower: 0, upper: shape[1] - 1))
    let term = IntegerExpression(Symbol("t", lower: 0, upper: shape[2] - 1))
    let place = [row, groups == 1 ? 0 : group, term]
    for side in 0...1 {
      guard let convert = body.definingNode(of: product.operands[side]), convert.operation is Convert,
        body.type(of: convert.operands[0]).elementType == .i8,
        let bytes = body.location(of: convert.operands[0], at: place),
        let scale = body.location(of: product.operands[1 - side], at: place),
        bytes.position == (place[0] * IntegerExpression(groups) + place[1]) * IntegerExpression(count) + term,
        scale.position == place[0] * IntegerExpression(groups) + place[1],
        body.type(of: body.inputs[scale.input].value).elementType == .f32
      else { continue }
      self.groups = groups
      self.count = count
      input = bytes.input
      scales = scale.input
      return
    }
    return nil
  }
}

/// The right factor: `(f32(w) - zero) * s`.
private struct Weights {
  let encoding: GroupedProductForm.Encoding
  let zero: Int
  let input: Int
  let scales: Int
  let scaleAxes: (group: Int, column: Int)
  let strides: (group: Int, term: Int, column: Int)

  init?(_ body: Graph, _ value: ValueID, groups: Int, count: Int, column: Symbol) {
    let group = Symbol("g", lower: 0, upper: IntegerExpression(groups - 1))
    let term = Symbol("t", lower: 0, upper: IntegerExpression(count - 1))
    let n = IntegerExpression(column)
    let g = groups == 1 ? 0 : IntegerExpression(group)
    let start = g * IntegerExpression(count)
    let place = body.seen(value, at: [start + IntegerExpression(term), n])
    guard let product = body.definingNode(of: place.value),
      (product.operation as? Binary)?.function == .multiply
    else { return nil }
    for side in 0...1 {
      guard let scale = Self.scales(body, product.operands[1 - side], at: place.indices, g, n) else {
        continue
      }
      let factor = product.operands[side]
      if let bytes = Self.bytes(body, factor, at: place.indices),
        let strides = DotProductForm.strides(of: bytes.position, in: [group, term, column]), count % 4 == 0
      {
        encoding = .bytes
        zero = 128
        input = bytes.input
        self.strides = (strides[0], strides[1], strides[2])
      } else if let function = FourBitFunction(body, factor), let zero = function.zero, count % 8 == 0 {
        let half = Symbol("t", lower: 0, upper: IntegerExpression(count / 2 - 1))
        let found = (0...1).map { part in
          let term = start + IntegerExpression(part * count / 2) + IntegerExpression(half)
          let place = body.seen(value, at: [term, n])
          return Self.shifted(body, function.source, at: place.indices)
        }
        guard let low = found[0], let high = found[1], low.shift == 0, high.shift == 4,
          low.input == high.input, low.position == high.position,
          let strides = DotProductForm.strides(of: low.position, in: [group, half, column])
        else { continue }
        encoding = .halfBytes
        self.zero = zero
        input = low.input
        self.strides = (strides[0], strides[1], strides[2])
      } else {
        continue
      }
      (scales, scaleAxes) = scale
      return
    }
    return nil
  }

  /// The constant that holds the scales, with its two axes.
  private static func scales(
    _ body: Graph, _ value: ValueID, at indices: [IntegerExpression], _ group: IntegerExpression,
    _ column: IntegerExpression
  ) -> (Int, (group: Int, column: Int))? {
    var place = body.seen(value, at: indices)
    if let node = body.definingNode(of: place.value), node.operation is Convert {
      place = body.seen(node.operands[0], at: place.indices)
    }
    guard case .input(let input) = body[place.value].definition, place.indices.count == 2,
      body.type(of: place.value).elementType.isFloatingPoint,
      let axis = place.indices.firstIndex(of: column), place.indices[1 - axis] == group
    else { return nil }
    return (input, (1 - axis, axis))
  }

  private static func bytes(
    _ body: Graph, _ value: ValueID, at indices: [IntegerExpression]
  ) -> (input: Int, position: IntegerExpression)? {
    guard let convert = body.definingNode(of: value), convert.operation is Convert,
      body.type(of: convert.operands[0]).elementType == .i8
    else { return nil }
    return body.location(of: convert.operands[0], at: indices)
  }

  /// What `x >> c` reads at some indices, and by how much it is shifted there.
  private static func shifted(
    _ body: Graph, _ value: ValueID, at indices: [IntegerExpression]
  ) -> (input: Int, position: IntegerExpression, shift: Int)? {
    guard let node = body.definingNode(of: value), (node.operation as? Binary)?.function == .shiftRight,
      let source = body.location(of: node.operands[0], at: indices)
    else { return nil }
    let amount = body.seen(node.operands[1], at: indices)
    guard let literal = (body.definingNode(of: amount.value)?.operation as? Constant)?.literal,
      literal.elementType == .u8,
      let position = IndexSpace.linearized(amount.indices, literal.type.shape).constantValue,
      position < literal.count
    else { return nil }
    return (source.input, source.position, Int(literal.elements(as: UInt8.self)[position]))
  }
}

extension FourBitFunction {
  /// The number whose difference from the four bits the function is; nil where it is another function.
  fileprivate var zero: Int? {
    let zero = -table[0]
    guard zero == zero.rounded(), (0...128).contains(zero),
      table.enumerated().allSatisfy({ $0.element == Float($0.offset) - zero })
    else { return nil }
    return Int(zero)
  }
}
