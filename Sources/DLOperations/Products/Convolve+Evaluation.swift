import DLGraph

// Convolution by matrix products: for each image and group, the kernel as a matrix by the columns of elements
// that the kernel sees at each position.

extension Convolve {
  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let kernel = operands[1]
    let x = spread(operands[0])
    var axes = windowAxes(kernel.type.shape)
    for index in axes.indices { axes[index].inputDilation = 1 }
    let spatial = axes.indices.map { axes[$0].resultCount(x.shape[2 + $0]) }
    let product = MatrixProduct(
      rows: kernel.shape[0] / groups, columns: spatial.reduce(1, *),
      depth: kernel.shape.dropFirst().reduce(1, *))
    let type = result ?? x.elementType
    let matrixBytes = product.rows * product.columns * type.byteCount
    let sums = try Literal(type, shape: [x.shape[0], kernel.shape[0]] + spatial) { target in
      for index in 0..<x.shape[0] * groups {
        let (image, group) = (index / groups, index % groups)
        let columns = columns(of: x, image: image, group: group, kernel, axes, spatial)
        let matrix = kernel.taking(
          [product.rows, product.depth],
          at: Strided(offset: group * product.rows * product.depth, strides: [product.depth, 1]))
        try product.evaluate(matrix, columns, to: type).withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[index * matrixBytes..<(index + 1) * matrixBytes])
            .copyMemory(from: $0)
        }
      }
    }
    return [sums]
  }

  /// The input with zeros between the elements of its spatial axes, as the input dilation says.
  private func spread(_ x: Literal) -> Literal {
    if inputDilation.allSatisfy({ $0 == 1 }) { return x }
    var shape = x.shape
    for (axis, dilation) in inputDilation.enumerated() {
      shape[2 + axis] = Swift.max(0, (shape[2 + axis] - 1) * dilation + 1)
    }
    var places = Strided.dense(shape)
    for (axis, dilation) in inputDilation.enumerated() { places.strides[2 + axis] *= dilation }
    return Literal(x.elementType, shape: shape) { target in
      x.withUnsafeBytes {
        copyElements(
          StridedWalk(x.shape, .dense(x.shape), places), byteCount: x.elementType.byteCount, from: $0,
          to: target)
      }
    }
  }

  /// The matrix `[C / groups * K…, S'…]` of what each kernel element sees from each position, 0 in the
  /// padding.
  private func columns(
    of x: Literal, image: Int, group: Int, _ kernel: Literal, _ axes: [WindowAxis], _ spatial: [Int]
  ) -> Literal {
    let depth = Array(kernel.shape.dropFirst())
    let input = Strided.dense(x.shape)
    let output = Strided.dense(spatial)
    let rowCount = spatial.reduce(1, *)
    return Literal(x.elementType, shape: [depth.reduce(1, *), rowCount]) { target in
      x.withUnsafeBytes { source in
        var row = 0
        forEachIndex(depth) { offsets in
          var from = Strided(
            offset: image * input.strides[0] + (group * depth[0] + offsets[0]) * input.strides[1], strides: []
          )
          var to = Strided(offset: row * rowCount, strides: output.strides)
          var extents: [Int] = []
          for (axis, sliding) in axes.enumerated() {
            let seen = sliding.visible(
              offsets[1 + axis], extent: x.shape[2 + axis], resultCount: spatial[axis])
            extents.append(seen.results.count)
            from.offset += seen.first * input.strides[2 + axis]
            from.strides.append(input.strides[2 + axis] * sliding.stride)
            to.offset += seen.results.lowerBound * output.strides[axis]
          }
          copyElements(
            StridedWalk(extents, from, to), byteCount: x.elementType.byteCount, from: source, to: target)
          row += 1
        }
      }
    }
  }
}
