import DLGraph
import DLLoops
import DLOperations

/// Copying the columns of a product's right operand, a panel at a time, into memory of the thread, in the order in which
/// tiles read them.
///
/// Where the operand lies row by row, a panel takes a little of every row: each of these pieces is on a page of its own,
/// and rows whose distance is a large power of two share their places in the caches. Every tile of rows reads the panel
/// again; the copy is read side by side.
struct PanelCopy {
  /// How the operand lies in memory.
  enum Source {
    /// Its columns lie side by side.
    case rows
    /// Its terms do: it is the transposition of what is in memory.
    case transposed
  }

  let source: Source
  /// The input that the operand is, seen through views.
  let input: Int
  /// Where an element of the operand is in the input.
  private let position: IntegerExpression
  private let indices: [Symbol]

  /// The fewest terms for which it pays to copy what lies in rows.
  private static let fewestTerms = 128
  /// The shortest distance between rows for which it pays.
  private static let shortestStride = 2048

  /// How the columns of a product are copied; nil where they are better read where they lie.
  ///
  /// - Parameters:
  ///   - anchor: a product in normal form whose right operand isn't packed at compile time.
  ///   - rowTiles: the number of tiles along the rows, which all read the copy.
  init?(_ anchor: Node, in body: Graph, rowTiles: Int) {
    let right = body.type(of: anchor.operands[1])
    indices = right.shape.enumerated().map { Symbol("p\($0)", lower: 0, upper: $1 - 1) }
    let (term, column) = (indices[indices.count - 2], indices[indices.count - 1])
    guard
      let (input, position) = body.location(
        of: anchor.operands[1], at: indices.map { IntegerExpression($0) })
    else { return nil }
    (self.input, self.position) = (input, position)
    if position.linearCoefficient(of: column) == 1 {
      source = .rows
      guard let stride = position.linearCoefficient(of: term)?.constantValue,
        stride * right.elementType.byteCount >= Self.shortestStride,
        right.shape[right.rank - 2].typical >= Self.fewestTerms, rowTiles >= PanelBlocking.fewestTiles
      else { return nil }
    } else if position.linearCoefficient(of: term) == 1, position.linearCoefficient(of: column) != nil {
      source = .transposed
    } else {
      return nil
    }
  }

  /// Where a panel is copied to: the element of its first term and column, and the distance from one term to the next.
  struct Target {
    var buffer: BufferID
    var start: IntegerExpression
    var pitch: Int
  }

  /// Emits the copy of some terms of a panel.
  ///
  /// - Parameters:
  ///   - batch: the indices of the batch axes.
  ///   - terms: the first term and the number of them.
  ///   - columns: the first column and how many there are.
  ///   - read: reads an element of the operand, or 0 beyond its columns.
  func emit(
    _ draft: KernelDraft, batch: [IntegerExpression], _ terms: TermRange, of all: IntegerExpression,
    columns: (start: IntegerExpression, count: Int), to target: Target, lanes: Int,
    read: (_ term: IntegerExpression, _ column: IntegerExpression) -> Local
  ) {
    let builder = draft.builder
    let pitch = IntegerExpression(target.pitch)
    switch source {
    case .rows:
      builder.loop(terms.count) { term in
        draft.emitter.vectorLoop(target.pitch, .unrolledVector) { column in
          let value = read(terms.start + term, columns.start + column)
          builder.store(value, target.buffer, at: target.start + term * pitch + column)
        }
      }
    case .transposed:
      let stride = position.linearCoefficient(of: indices[indices.count - 1]) ?? 0
      let step = IntegerExpression(lanes)
      builder.loop((terms.count + (step - 1)).floorDivided(by: step)) { block in
        draft.emitter.constantChunk(terms.start + block * step, lanes, of: all) { term, termCount in
          for first in Swift.stride(from: 0, to: columns.count, by: lanes) {
            let column = columns.start + IntegerExpression(first)
            let place = Dictionary(uniqueKeysWithValues: zip(indices, batch + [term, column]))
            builder.transpose(
              BlockTransposition(
                from: draft.inputs[input].buffer, at: position.substituting(place), stride: stride,
                to: target.buffer,
                at: target.start + (term - terms.start) * pitch + IntegerExpression(first), stride: pitch,
                rows: min(lanes, columns.count - first), columns: termCount))
          }
        }
      }
    }
  }
}

extension IntegerExpression {
  /// The value, or of an open extent one that is not unlikely.
  var typical: Int { constantValue ?? Swift.min(upperBound ?? 64, 64) }
}
