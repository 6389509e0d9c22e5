import DLGraph
import DLOperations

extension RewriteRule {
  /// Rules about views: exact for every element.
  static let views: [RewriteRule] = [
    RewriteRule("reshape(x) to its own shape ⇒ x", for: Reshape.self) { _, operands, type, graph, _ in
      graph.type(of: operands[0]) == type ? operands : nil
    },
    RewriteRule("reshape(reshape(x)) ⇒ reshape(x)", for: Reshape.self) { reshape, operands, _, graph, sites in
      guard let inner = graph.definingNode(of: operands[0]), inner.operation is Reshape else { return nil }
      if graph.type(of: inner.operands[0]).shape == reshape.shape { return [inner.operands[0]] }
      return try graph.append(reshape, inner.operands, sites: sites)
    },
    RewriteRule("transpose(x) that moves nothing ⇒ x", for: Transpose.self) { transpose, operands, _, _, _ in
      transpose.permutation == Array(transpose.permutation.indices) ? operands : nil
    },
    RewriteRule("transpose(transpose(x)) ⇒ transpose(x)", for: Transpose.self) {
      transpose, operands, _, graph, sites in
      guard let inner = graph.definingNode(of: operands[0]), let first = inner.operation as? Transpose else {
        return nil
      }
      let permutation = transpose.permutation.map { first.permutation[$0] }
      if permutation == Array(permutation.indices) { return inner.operands }
      return try graph.append(Transpose(permutation: permutation), inner.operands, sites: sites)
    },
    RewriteRule("transpose(x) that moves only axes of extent 1 ⇒ reshape(x)", for: Transpose.self) {
      transpose, operands, type, graph, sites in
      let shape = graph.type(of: operands[0]).shape
      let moving = transpose.permutation.filter { shape[$0] != 1 }
      guard moving == moving.sorted() else { return nil }
      return try graph.append(Reshape(shape: type.shape), operands, sites: sites)
    },
    RewriteRule("broadcast(x) to its own shape ⇒ x", for: Broadcast.self) { _, operands, type, graph, _ in
      graph.type(of: operands[0]) == type ? operands : nil
    },
    RewriteRule("broadcast(broadcast(x)) ⇒ broadcast(x)", for: Broadcast.self) {
      broadcast, operands, _, graph, sites in
      guard let inner = graph.definingNode(of: operands[0]), let first = inner.operation as? Broadcast else {
        return nil
      }
      let axes = first.axes.map { broadcast.axes[$0] }
      return try graph.append(
        Broadcast(shape: broadcast.shape, axes: axes), inner.operands, sites: sites)
    },
    RewriteRule("slice(x) of everything ⇒ x", for: Slice.self) { slice, operands, _, graph, _ in
      let shape = graph.type(of: operands[0]).shape
      let isWhole = slice.extents == shape && slice.starts.allSatisfy { $0 == 0 }
      return isWhole && slice.steps.allSatisfy { $0 == 1 } ? operands : nil
    },
    RewriteRule("concatenate(x) ⇒ x", for: Concatenate.self) { _, operands, _, _, _ in
      operands.count == 1 ? operands : nil
    },
    RewriteRule("pad(x) by nothing ⇒ x", for: Pad.self) { pad, operands, _, _, _ in
      (pad.low + pad.high).allSatisfy { $0 == 0 } ? [operands[0]] : nil
    },
    RewriteRule("convert(x) to its own type ⇒ x", for: Convert.self) { _, operands, type, graph, _ in
      graph.type(of: operands[0]) == type ? operands : nil
    },
    RewriteRule("gather(x, iota) ⇒ slice(x)", for: Gather.self) { gather, operands, _, graph, sites in
      let type = graph.type(of: operands[0])
      let indices = graph.type(of: operands[1])
      guard indices.rank == 1, let source = graph.definingNode(of: operands[1]), source.operation is Iota,
        (type.shape[gather.axis] - indices.shape[0]).isProvably(atLeast: 0)
      else { return nil }
      var extents = type.shape
      extents[gather.axis] = indices.shape[0]
      let slice = Slice(
        starts: type.shape.map { _ in 0 }, extents: extents, steps: type.shape.map { _ in 1 })
      return try graph.append(slice, [operands[0]], sites: sites)
    },
  ]
}
