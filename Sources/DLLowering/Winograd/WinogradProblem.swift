import DLGraph
import DLOperations

/// A group around a convolution that Winograd's method can compute: dense, with a kernel of 3x3, stride 1, its weights
/// known, and the result stored with the channels last.
struct WinogradProblem {
  let anchor: Node
  let convolve: Convolve
  /// The convolution's result with the channels last.
  let result: ValueID
  /// Of `result`: `[N, H, W, O]`.
  let shape: [IntegerExpression]
  /// Of the convolution's operand: `[N, C, H, W]`.
  let operandShape: [IntegerExpression]
  let channels: Int
  let outputs: Int
  /// The input of the body that is the weights.
  let weights: Int

  /// - Parameter constants: the inputs of the body whose elements are known now.
  init?(_ body: Graph, constants: Set<Int>) {
    guard let anchor = body.onlyReduction, let convolve = anchor.operation as? Convolve else { return nil }
    self.anchor = anchor
    self.convolve = convolve
    let (result, permutation) = body.stored(anchor.results[0])
    let operand = body.type(of: anchor.operands[0])
    let kernel = body.type(of: anchor.operands[1])
    let ones = [1, 1]
    guard permutation == [0, 2, 3, 1], operand.elementType == .f32, convolve.groups == 1,
      convolve.strides == ones, convolve.dilation == ones, convolve.inputDilation == ones,
      convolve.padding.allSatisfy({ $0.low >= 0 && $0.high >= 0 }), kernel.shape[2] == 3,
      kernel.shape[3] == 3, let outputs = kernel.shape[0].constantValue,
      let channels = kernel.shape[1].constantValue, channels > 0, outputs > 0, body.isAligned(after: result),
      let weights = body.constantInput(anchor.operands[1], constants)
    else { return nil }
    self.result = result
    self.weights = weights
    self.outputs = outputs
    self.channels = channels
    shape = body.type(of: result).shape
    guard shape.allSatisfy({ $0.isProvably(atLeast: 1) }) else { return nil }
    operandShape = operand.shape
  }

  /// The number of tiles along the rows and the columns of an image.
  func tileGrid(
    _ transform: WinogradTransform
  ) -> (rows: IntegerExpression, columns: IntegerExpression) {
    let size = IntegerExpression(transform.resultSize)
    let counts = shape[1...2].map { ($0 + size - 1).floorDivided(by: size) }
    return (counts[0], counts[1])
  }

  func tileCount(_ transform: WinogradTransform) -> IntegerExpression {
    let (rows, columns) = tileGrid(transform)
    return shape[0] * rows * columns
  }
}
