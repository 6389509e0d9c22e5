import DLGraph
import DLLoops

/// A dense tensor seen from one axis: what lies before it, along it and behind it.
struct AxisView {
  /// The number of elements over the axes before.
  let outer: IntegerExpression
  /// The extent of the axis.
  let extent: IntegerExpression
  /// The number of elements over the axes behind.
  let inner: IntegerExpression

  init(_ type: TensorType, axis: Int) {
    outer = type.shape[..<axis].reduce(1) { $0 * $1 }
    extent = type.shape[axis]
    inner = type.shape[(axis + 1)...].reduce(1) { $0 * $1 }
  }

  /// The position of an element in the tensor's buffer.
  func offset(
    _ outer: IntegerExpression, _ index: IntegerExpression, _ inner: IntegerExpression
  ) -> IntegerExpression {
    (outer * extent + index) * self.inner + inner
  }
}

extension AxisView {
  /// Elements side by side behind the axis that are worked on together, a vector or several at once.
  struct Strip {
    /// The most elements of a strip: their carried values fit into the first cache, whatever their type.
    static let maximumWidth = 64

    let outer: IntegerExpression
    let first: IntegerExpression
    let width: IntegerExpression

    /// Emits `body` for each element of the strip.
    ///
    /// - Parameter body: gets the element's position behind the axis, and in the strip.
    func forEachElement(
      in builder: KernelBuilder, _ body: (_ inner: IntegerExpression, _ slot: IntegerExpression) -> Void
    ) {
      if width == 1 {
        body(first, 0)
      } else {
        builder.loop(width, .vector) { body(first + $0, $0) }
      }
    }
  }

  /// Makes the kernel's grid of strips that together cover everything before and behind the axis.
  ///
  /// - Parameter body: emits the work on one strip along the whole axis.
  func grid(in builder: KernelBuilder, _ body: (Strip) -> Void) {
    let most = IntegerExpression(Strip.maximumWidth)
    let strips = (inner + most - 1).floorDivided(by: most)
    let work = extent * IntegerExpression.min(inner, most)
    builder.grid(outer * strips, grain: Self.grain(work: work)) { index in
      let first = index.modulo(strips) * most
      body(
        Strip(outer: index.floorDivided(by: strips), first: first, width: .min(most, inner - first)))
    }
  }

  /// Makes the kernel's grid of single rows: one for each position before and behind the axis.
  func gridOfRows(
    in builder: KernelBuilder, _ body: (_ outer: IntegerExpression, _ inner: IntegerExpression) -> Void
  ) {
    builder.grid(outer * inner, grain: Self.grain(work: extent * 8)) { index in
      body(index.floorDivided(by: inner), index.modulo(inner))
    }
  }

  /// The iterations worth handing to another thread, where one takes about `work` steps.
  private static func grain(work: IntegerExpression) -> Int {
    max(1, 16384 / max(1, work.upperBound ?? 16384))
  }
}
