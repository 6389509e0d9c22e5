import DLGraph
import DLLoops
import DLOperations

/// A product of many rows with a matrix of which single elements are stored, column by column: vectors run over rows.
///
/// One kernel brings the rows in tiles whose elements at one place lie side by side; the other adds to the sums of a tile,
/// for each stored element of a column, that element times all the elements at its place.
struct SparseRowsSchedule {
  let problem: SparseProblem
  /// The rows of a tile: some vectors.
  let height: Int
  /// The columns that are finished together: those of a vector.
  private let columns: Int

  /// The most vectors of a tile.
  private static let mostVectors = 4

  /// - Requires: panels of one column.
  init(_ problem: SparseProblem) {
    self.problem = problem
    columns = problem.target.lanes(of: .f32)
    let most = Self.mostVectors * columns
    let rows = problem.shape[0].constantValue ?? problem.shape[0].upperBound ?? most
    height = max(1, min(Self.mostVectors, (rows + columns - 1) / columns)) * columns
  }

  private var tileCount: IntegerExpression {
    (problem.shape[0] + IntegerExpression(height - 1)).floorDivided(by: IntegerExpression(height))
  }

  /// The rows in tiles: `[tiles, K, height]`.
  var scratch: TensorType { TensorType(.f32, [tileCount, problem.depth, IntegerExpression(height)]) }

  /// The inputs of the body that the rows depend on.
  var arrangedInputs: [Int] { problem.body.inputs(behind: problem.anchor.operands[0]) }

  // MARK: Rows

  /// The kernel that brings the rows in tiles, from `arrangedInputs` to `scratch`.
  func arrangingKernel() -> Kernel {
    let builder = KernelBuilder(name: "", symbols: problem.symbols)
    let emitter = BodyEmitter(problem.body, builder)
    var buffers: [Int: BufferID] = [:]
    for index in arrangedInputs {
      let value = problem.body.inputs[index].value
      let type = problem.body.type(of: value)
      let buffer = builder.addBuffer("in\(index)", type.elementType, .input)
      buffers[index] = buffer
      emitter.provide(value, in: TensorBuffer(buffer, type))
    }
    let tiles = TensorBuffer(builder.addBuffer("tiles", .f32, .output), scratch)
    let rows = AxisTiling(problem.shape[0], length: columns, balances: false)
    let terms = AxisTiling(problem.depth, length: columns, balances: false)
    let grain = max(1, SparseProblem.grain / (columns * columns))
    builder.grid(rows.count * terms.count, grain: grain) { iteration in
      rows.emit(iteration.floorDivided(by: terms.count), in: emitter) { row, rowCount in
        terms.emit(iteration.modulo(terms.count), in: emitter) { term, termCount in
          let place = IntegerExpression(height)
          let target = tiles.offset(of: [row.floorDivided(by: place), term, row.modulo(place)])
          if let block = source(row, term), let buffer = buffers[block.input] {
            builder.transpose(
              BlockTransposition(
                from: buffer, at: block.position, stride: block.stride, to: tiles.buffer, at: target,
                stride: place, rows: rowCount, columns: termCount))
            return
          }
          builder.loop(IntegerExpression(termCount)) { k in
            emitter.vectorLoop(rowCount) { m in
              let value = emitter.element(problem.anchor.operands[0], at: [row + m, term + k])
              builder.store(value, tiles.buffer, at: target + k * place + m)
            }
          }
        }
      }
    }
    return builder.finish()
  }

  /// Where the element of a row and place lies, and the distance to the next row; nil where neighbours in a row are not
  /// neighbours in memory.
  private func source(
    _ row: IntegerExpression, _ term: IntegerExpression
  ) -> (input: Int, position: IntegerExpression, stride: IntegerExpression)? {
    let symbols = [
      Symbol("m", lower: 0, upper: problem.shape[0] - 1), Symbol("k", lower: 0, upper: problem.depth - 1),
    ]
    guard
      let (input, position) = problem.body.location(
        of: problem.anchor.operands[0], at: symbols.map { IntegerExpression($0) }),
      position.linearCoefficient(of: symbols[1]) == 1,
      let stride = position.linearCoefficient(of: symbols[0])
    else { return nil }
    return (input, position.substituting([symbols[0]: row, symbols[1]: term]), stride)
  }

  // MARK: Products

  /// The kernel that multiplies; its last argument is `scratch`.
  func productKernel() -> Kernel {
    let draft = KernelDraft(problem.body, symbols: problem.symbols)
    let builder = draft.builder
    let tiles = TensorBuffer(builder.addBuffer("tiles", .f32, .output), scratch)
    let read = draft.emitter.reader(for: problem.anchor)
    let width = IntegerExpression(columns)
    let blocks = (problem.shape[1] + (width - 1)).floorDivided(by: width)
    let turns = max(1, Self.mostVectors * columns / height)
    let grain = problem.grain(rows: height, panels: columns)
    builder.grid(tileCount * blocks, grain: grain) { iteration in
      let tile = iteration.floorDivided(by: blocks)
      let first = iteration.modulo(blocks) * width
      let row = tile * IntegerExpression(height)
      let columnMajor = builder.addBuffer("columns", .f32, .local(count: height * columns))
      let rowMajor = builder.addBuffer("rows", .f32, .local(count: height * columns))
      builder.loop(.min(width, problem.shape[1] - first)) { column in
        let sums = SparseSums(height: 1, width: height, turns: turns, in: draft)
        problem.visitSteps(of: first + column, turns: turns, in: draft) { step, position, turn in
          let factor = read(1, at: [step, 0])
          sums.visit { _, m in
            let term = builder.load(tiles.buffer, at: tiles.offset(of: [tile, position, m]))
            sums.add(factor, term, to: 0, m, turn: turn)
          }
        }
        sums.visit { _, m in
          builder.store(sums.total(0, m), columnMajor, at: column * IntegerExpression(height) + m)
        }
      }
      for block in 0..<height / columns {
        let start = IntegerExpression(block * columns)
        builder.transpose(
          BlockTransposition(
            from: columnMajor, at: start, stride: IntegerExpression(height), to: rowMajor, at: start * width,
            stride: width, rows: columns, columns: columns))
      }
      builder.loop(.min(IntegerExpression(height), problem.shape[0] - row)) { m in
        draft.emitter.vectorLoop(columns, .unrolledVector) { column in
          let sum = builder.load(rowMajor, at: m * width + column)
          problem.finish([row + m, first + column], sum, in: draft)
        }
      }
    }
    return builder.finish()
  }
}
