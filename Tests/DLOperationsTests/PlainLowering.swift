import DLGraph
import DLLoops
import DLOperations

/// One operation as a kernel without any schedule: a loop for each axis, operands read where they lie.
enum PlainLowering {
  /// The kernel, whose buffers are the operands, the results, and scratch; nil where the operation makes no
  /// code of its own.
  static func kernel(
    _ operation: any Primitive, _ operands: [TensorType], symbols: [Symbol] = []
  ) throws -> (kernel: Kernel, outputs: [TensorType], scratch: [TensorType])? {
    let results = try operation.resultTypes(for: operands)
    let builder = KernelBuilder(name: "plain", symbols: symbols)
    let inputs = operands.enumerated().map {
      TensorBuffer(builder.addBuffer("x\($0.offset)", $0.element.elementType, .input), $0.element)
    }
    let makeOutputs = { (types: [TensorType]) in
      types.enumerated().map {
        TensorBuffer(builder.addBuffer("y\($0.offset)", $0.element.elementType, .output), $0.element)
      }
    }
    let reader = OperandReader(builder: builder, types: operands) { operand, indices, mask in
      builder.load(inputs[operand].buffer, at: inputs[operand].offset(of: indices), mask: mask)
    }
    switch operation.lowering {
    case .mapped(let mapped):
      emit(mapped, makeOutputs(results)[0], reader)
      return (builder.finish(), results, [])
    case .reducing(let reducing):
      emit(reducing, makeOutputs(results)[0], reader)
      return (builder.finish(), results, [])
    case .whole(let whole):
      let scratch = whole.scratchTypes(operands)
      let outputs = makeOutputs(results + scratch)
      whole.emit(
        inputs, Array(outputs.prefix(results.count)), scratch: Array(outputs.dropFirst(results.count)),
        in: builder)
      return (builder.finish(), results, scratch)
    case .control, .data: return nil
    }
  }

  private static func emit(_ operation: any MappedOperation, _ output: TensorBuffer, _ reader: OperandReader)
  {
    forEachIndex(output.type.shape, in: reader.builder) { indices in
      let element = operation.emitElement(at: indices, mask: nil, of: output.type, reader)
      reader.builder.store(element, output.buffer, at: output.offset(of: indices))
    }
  }

  private static func emit(
    _ operation: any ReducingOperation, _ output: TensorBuffer, _ reader: OperandReader
  ) {
    let builder = reader.builder
    let type = operation.accumulatorType(reader.types)
    let accumulator = builder.addBuffer("sum", type, .local(count: 1))
    forEachIndex(output.type.shape, in: builder) { indices in
      builder.store(builder.identity(of: operation.function, type), accumulator, at: 0)
      forEachIndex(operation.reducedExtents(reader.types), in: builder) { reduced in
        switch operation.emitTerm(at: indices, reduced: reduced, mask: nil, reader) {
        case .value(let value): builder.accumulate(operation.function, value, accumulator, at: 0)
        case .product(let a, let b):
          builder.accumulate(.sum, builder.binary(.multiply, a, b), accumulator, at: 0)
        }
      }
      let result = builder.convert(builder.load(accumulator, at: 0), to: output.type.elementType)
      builder.store(result, output.buffer, at: output.offset(of: indices))
    }
  }

  private static func forEachIndex(
    _ extents: [IntegerExpression], in builder: KernelBuilder, _ outer: [IntegerExpression] = [],
    _ body: ([IntegerExpression]) -> Void
  ) {
    guard let extent = extents.first else { return body(outer) }
    builder.loop(extent) { index in
      forEachIndex(Array(extents.dropFirst()), in: builder, outer + [index], body)
    }
  }
}
