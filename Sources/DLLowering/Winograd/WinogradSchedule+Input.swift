import DLGraph
import DLLoops
import DLOperations

extension WinogradSchedule {
  /// The inputs of the body that the convolution's operand depends on.
  var transformedInputs: [Int] { body.inputs(behind: problem.anchor.operands[0]) }

  /// The kernel that transforms the tiles of a strip, from `transformedInputs` to `scratch`.
  func inputKernel() -> Kernel {
    let builder = KernelBuilder(name: "", symbols: kernelSymbols)
    let emitter = BodyEmitter(body, builder)
    for index in transformedInputs {
      let (value, type) = (body.inputs[index].value, body.type(of: body.inputs[index].value))
      emitter.provide(
        value, in: TensorBuffer(builder.addBuffer("in\(index)", type.elementType, .input), type))
    }
    let tiles = builder.addBuffer("tiles", .f32, .output)
    let writer = InputWriter(schedule: self, builder: builder, emitter: emitter, tiles: tiles)
    let grain = max(1, 1 << 15 / (transform.productCount * problem.channels))
    builder.grid(IntegerExpression(blocking.stripTiles), grain: grain) { position in
      withTile(at: position, in: builder) { writer.emit($0, at: position) }
    }
    return builder.finish()
  }
}

/// The statements that transform the elements under one tile.
private struct InputWriter {
  let schedule: WinogradSchedule
  let builder: KernelBuilder
  let emitter: BodyEmitter
  let tiles: BufferID

  private var problem: WinogradProblem { schedule.problem }
  private var size: Int { schedule.transform.inputSize }

  func emit(_ tile: WinogradSchedule.Tile, at position: IntegerExpression) {
    let padding = problem.convolve.padding
    let row = tile.row - IntegerExpression(padding[0].low)
    let column = tile.column - IntegerExpression(padding[1].low)
    let last = IntegerExpression(size - 1)
    let isWhole = builder.and(
      builder.isInRange(row, 0, problem.operandShape[2] - last),
      builder.isInRange(column, 0, problem.operandShape[3] - last))
    func emit(isWhole: Bool) {
      builder.loop(problem.operandShape[1], .vector) { channel in
        let elements = elements(tile.image, channel, row, column, isWhole: isWhole)
        let values = schedule.transform.alongBothAxes(elements) {
          schedule.transform.input($0, in: builder)
        }
        for (point, value) in values.enumerated() {
          let place = schedule.offset(of: IntegerExpression(point), position, channel)
          builder.store(value, tiles, at: place)
        }
      }
    }
    guard let isWhole else { return emit(isWhole: true) }
    builder.conditional(isWhole) {
      emit(isWhole: true)
    } else: {
      emit(isWhole: false)
    }
  }

  /// The elements under a tile in row-major order; zeros outside the operand.
  private func elements(
    _ image: IntegerExpression, _ channel: IntegerExpression, _ row: IntegerExpression,
    _ column: IntegerExpression, isWhole: Bool
  ) -> [Local] {
    (0..<size * size).map { index in
      let (y, x) = (row + IntegerExpression(index / size), column + IntegerExpression(index % size))
      func element(_ mask: Local?) -> Local {
        emitter.element(problem.anchor.operands[0], at: [image, channel, y, x], mask: mask)
      }
      if isWhole { return element(nil) }
      let mask = builder.and(
        builder.isInRange(y, 0, problem.operandShape[2]), builder.isInRange(x, 0, problem.operandShape[3]))
      guard let mask else { return element(nil) }
      return builder.select(mask, element(mask), builder.floating(0, .f32))
    }
  }
}
