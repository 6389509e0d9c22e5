import DLGraph

/// A value of the graph that is being built.
struct Tensor {
  let id: ValueID
  /// Whose graph the value is in: the entry point's, or that of a loop body.
  let builder: GraphBuilder
  let type: TensorType

  var shape: [Dimension] { type.shape }
  var rank: Int { type.rank }
  var elementType: ElementType { type.elementType }
}
