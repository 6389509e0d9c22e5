import DLGraph
import DLLoops
import DLOperations

extension WinogradSchedule {
  /// The kernel that multiplies the transformed tiles of a strip and computes the rest of the group: from the body's
  /// inputs and outputs and `scratch`.
  func productKernel() -> Kernel {
    let draft = KernelDraft(body, symbols: kernelSymbols, packings: packings)
    let tiles = draft.builder.addBuffer("tiles", .f32, .input)
    let panels = IntegerExpression((problem.outputs + blocking.width - 1) / blocking.width)
    let strip = IntegerExpression(blocking.stripTiles)
    let block = IntegerExpression(blocking.blockTiles)
    let blocks = (strip + block - 1).floorDivided(by: block)
    draft.builder.grid(panels * blocks) { iteration in
      // Tiles innermost: the weights of a panel stay in cache while the tiles stream by.
      let position = IndexSpace.delinearized(iteration, [panels, blocks])
      let writer = ProductWriter(schedule: self, draft: draft, tiles: tiles, panel: position[0])
      draft.emitter.constantChunk(position[1] * block, blocking.blockTiles, of: strip) { start, count in
        writer.emit(from: start, count: count)
      }
    }
    return draft.builder.finish()
  }
}

/// The statements for a block of tiles and a panel of output channels.
private struct ProductWriter {
  let schedule: WinogradSchedule
  let draft: KernelDraft
  let tiles: BufferID
  let panel: IntegerExpression

  private var builder: KernelBuilder { draft.builder }
  private var problem: WinogradProblem { schedule.problem }
  private var transform: WinogradTransform { schedule.transform }
  private var width: Int { schedule.blocking.width }

  func emit(from start: IntegerExpression, count: Int) {
    let points = IntegerExpression(transform.productCount)
    let type = TensorType(.f32, [points, IntegerExpression(count), IntegerExpression(width)])
    let space = Buffer.Space.local(count: transform.productCount * count * width)
    let products = TensorBuffer(builder.addBuffer("products", .f32, space), type)
    builder.loop(points) { point in
      var first: IntegerExpression = 0
      var pass: IntegerExpression = 0
      let heights = schedule.blocking.heights(of: count)
      let passes = heights.reduce(0) { $0 + $1.count }
      for (height, repetitions) in heights {
        let (begin, beginPass) = (first, pass)
        builder.loop(IntegerExpression(repetitions)) { index in
          let place = begin + index * IntegerExpression(height)
          let ahead = Prefetch(pass: beginPass + index, passes: passes)
          multiply(point, from: start, place, height: height, ahead, into: products)
        }
        first = first + IntegerExpression(height * repetitions)
        pass = pass + IntegerExpression(repetitions)
      }
    }
    let square = builder.addBuffer(
      "square", .f32, .local(count: transform.resultSize * transform.resultSize * width))
    builder.loop(IntegerExpression(count)) { index in
      schedule.withTile(at: start + index, in: builder) { tile in
        transformBack(products, index, into: square)
        finish(tile, square)
      }
    }
  }

  // MARK: Products

  /// What a pass over the weights of a point asks for of those of the next point.
  private struct Prefetch {
    var pass: IntegerExpression
    /// The number of passes that share the work.
    var passes: Int
  }

  /// Emits the products of a few tiles at one point.
  private func multiply(
    _ point: IntegerExpression, from start: IntegerExpression, _ first: IntegerExpression, height: Int,
    _ ahead: Prefetch, into products: TensorBuffer
  ) {
    let channels = IntegerExpression(problem.channels)
    let columns = IntegerExpression(width)
    let weights = draft.inputs[problem.weights].buffer
    let sums = builder.addBuffer("sums", .f32, .local(count: height * width))
    register(height) { _, _, slot in builder.store(builder.floating(0, .f32), sums, at: slot) }
    builder.loop(channels) { channel in
      let panelRow =
        (panel * IntegerExpression(transform.productCount) + point) * channels + channel
      if schedule.blocking.streamsWeights { prefetch(ahead, channel, after: panelRow - channel + channels) }
      register(height) { row, column, slot in
        let element = builder.load(tiles, at: schedule.offset(of: point, start + first + row, channel))
        let weight = builder.load(weights, at: panelRow * columns + column)
        builder.store(
          builder.multiplyAdd(element, weight, builder.load(sums, at: slot)), sums, at: slot)
      }
    }
    register(height) { row, column, slot in
      builder.store(
        builder.load(sums, at: slot), products.buffer, at: products.offset(of: [point, first + row, column]))
    }
  }

  /// Asks for a share of the weights that begin at a row of the panel: they lie in the order in which they are used.
  private func prefetch(
    _ ahead: Prefetch, _ channel: IntegerExpression, after start: IntegerExpression
  ) {
    let lanes = schedule.target.lanes(of: .f32)
    let share = (width / lanes + ahead.passes - 1) / ahead.passes
    let step = (ahead.pass * IntegerExpression(problem.channels) + channel) * IntegerExpression(share)
    for vector in 0..<share {
      let place =
        start * IntegerExpression(width) + (step + IntegerExpression(vector)) * IntegerExpression(lanes)
      builder.prefetch(draft.inputs[problem.weights].buffer, at: place)
    }
  }

  /// Visits what is kept in registers: `body` gets the tile, the output channel and the place.
  private func register(
    _ height: Int, _ body: (IntegerExpression, IntegerExpression, IntegerExpression) -> Void
  ) {
    builder.loop(IntegerExpression(height), .unrolled) { row in
      builder.loop(IntegerExpression(width), .unrolledVector) { column in
        body(row, column, row * IntegerExpression(width) + column)
      }
    }
  }

  // MARK: Results

  /// Emits the results of a tile: `[rows, columns, width]`.
  private func transformBack(
    _ products: TensorBuffer, _ index: IntegerExpression, into square: BufferID
  ) {
    builder.loop(IntegerExpression(width), .unrolledVector) { column in
      let elements = (0..<transform.productCount).map { point in
        builder.load(products.buffer, at: products.offset(of: [IntegerExpression(point), index, column]))
      }
      let results = transform.alongBothAxes(elements) { transform.result($0, in: builder) }
      for (place, result) in results.enumerated() {
        builder.store(result, square, at: IntegerExpression(place * width) + column)
      }
    }
  }

  /// Emits the rest of the group on the part of a tile that lies within the result.
  private func finish(_ tile: WinogradSchedule.Tile, _ square: BufferID) {
    let size = IntegerExpression(transform.resultSize)
    builder.loop(.min(size, problem.shape[1] - tile.row)) { y in
      builder.loop(.min(size, problem.shape[2] - tile.column)) { x in
        columns { column in
          let sum = builder.load(square, at: (y * size + x) * IntegerExpression(width) + column)
          let output = panel * IntegerExpression(width) + column
          let place = [tile.image, tile.row + y, tile.column + x, output]
          draft.finish(problem.result, with: sum, at: place, of: problem.shape)
        }
      }
    }
  }

  /// Visits the output channels of the panel that exist.
  private func columns(_ body: (IntegerExpression) -> Void) {
    if problem.outputs % width == 0 {
      builder.loop(IntegerExpression(width), .unrolledVector, body)
    } else {
      let rest = IntegerExpression(problem.outputs) - panel * IntegerExpression(width)
      builder.loop(.min(IntegerExpression(width), rest), .vector, body)
    }
  }
}
