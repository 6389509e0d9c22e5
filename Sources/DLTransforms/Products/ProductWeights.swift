import DLGraph
import DLOperations

/// Where the output channels of a product with weights as its second operand are.
struct ProductWeights {
  /// The axis of the result; the last one where nil.
  let channelAxis: Int?
  /// The axis of the weights.
  let weightAxis: Int

  init?(_ operation: any Operation) {
    switch operation {
    case is Convolve:
      channelAxis = 1
      weightAxis = 0
    case let contract as Contract:
      guard contract.batch.isEmpty, contract.contracting.count == 1, contract.contracting[0].right < 2 else {
        return nil
      }
      channelAxis = nil
      weightAxis = 1 - contract.contracting[0].right
    default: return nil
    }
  }
}
