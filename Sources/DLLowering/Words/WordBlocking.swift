import DLGraph
import DLLoops

/// The weights of a sum of products in words of adjacent elements, in the order in which tiles read them.
///
/// `[panel][outer terms][word][column of the panel]`, each word with the elements of consecutive inner terms. Where the
/// number of inner terms is not a multiple of those in a word, the last word starts earlier, so that it ends with the
/// last term; the terms that it shares with the word before it are zero. Columns beyond the last are zero. There are at
/// least as many inner terms as elements in a word.
struct WordBlocking: Hashable {
  /// Terms that lie `stride` elements apart in the weights.
  struct Axis: Hashable {
    var extent: Int
    var stride: Int
  }

  var product: DotProduct
  var columns: Axis
  /// The number of columns in a panel.
  var width: Int
  /// The terms whose factors don't lie side by side, outermost first.
  var outer: [Axis]
  /// The terms whose left factors lie side by side, outermost first.
  var inner: [Axis]
  /// Whether a panel begins with what has to be added because 128 was added to the left factors.
  var hasOffset: Bool

  var panels: Int { (columns.extent + width - 1) / width }

  var innerCount: Int { inner.reduce(1) { $0 * $1.extent } }

  /// The number of words for the inner terms.
  var words: Int { (innerCount + product.elementCount - 1) / product.elementCount }

  /// The number of rows of words in a panel.
  var rows: Int { (hasOffset ? 1 : 0) + outer.reduce(1) { $0 * $1.extent } * words }

  /// The inner term that a word begins with.
  func start(of word: IntegerExpression) -> IntegerExpression {
    let start = word * IntegerExpression(product.elementCount)
    if innerCount % product.elementCount == 0 { return start }
    return .min(start, IntegerExpression(innerCount - product.elementCount))
  }

  /// An element of one column: where it is in the weights, in which row of the panel, and at which place of its word.
  private struct Element {
    var source: Int
    var row: Int
    var place: Int
  }

  private var elements: [Element] {
    let count = product.elementCount
    let inner = Self.offsets(inner)
    var result: [Element] = []
    for (index, base) in Self.offsets(outer).enumerated() {
      for (term, offset) in inner.enumerated() {
        let word = term / count
        let start = min(word * count, inner.count - count)
        let row = (hasOffset ? 1 : 0) + index * words + word
        result.append(Element(source: base + offset, row: row, place: term - start))
      }
    }
    return result
  }

  /// Whether unsigned bytes times the first two bytes of a word, or the last two, never have a sum beyond 16 bits.
  func pairsAreBounded(in literal: Literal) -> Bool {
    let limits = (Int(Int16.min) / 255)...(Int(Int16.max) / 255)
    let pairs = Dictionary(grouping: elements) { $0.row * 2 + $0.place / 2 }.values.map { pair in
      (pair[0].source, pair.count == 2 ? pair[1].source : nil)
    }
    return literal.withUnsafeBytes { bytes in
      (0..<columns.extent).allSatisfy { column in
        let weights = bytes[(column * columns.stride)...]
        func weight(_ source: Int) -> Int { Int(Int8(bitPattern: weights[weights.startIndex + source])) }
        return pairs.allSatisfy { first, second in
          let (a, b) = (weight(first), second.map(weight) ?? 0)
          return limits.contains(max(a, 0) + max(b, 0)) && limits.contains(min(a, 0) + min(b, 0))
        }
      }
    }
  }

  private static func offsets(_ axes: [Axis]) -> [Int] {
    axes.reduce([0]) { offsets, axis in
      offsets.flatMap { offset in (0..<axis.extent).map { offset + $0 * axis.stride } }
    }
  }
}

extension WordBlocking: WeightPacking {
  func panels(of literal: Literal) -> (count: Int, byteCount: Int) { (panels, rows * width * 4) }

  func write(_ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableRawBufferPointer) {
    let size = literal.elementType.byteCount
    let elements = self.elements
    literal.withUnsafeBytes { source in
      for panel in panels {
        let first = panel * width
        let start = (panel - panels.lowerBound) * rows * width
        for column in 0..<min(width, columns.extent - first) {
          let base = (first + column) * columns.stride
          for element in elements {
            let from = (base + element.source) * size
            let to = (start + element.row * width + column) * 4 + element.place * size
            for byte in 0..<size { target[to + byte] = source[from + byte] }
          }
          if hasOffset {
            let sum = elements.reduce(0) { $0 + Int(Int8(bitPattern: source[base + $1.source])) }
            target.storeBytes(
              of: Int32(truncatingIfNeeded: -128 * sum), toByteOffset: (start + column) * 4, as: Int32.self)
          }
        }
      }
    }
  }
}
