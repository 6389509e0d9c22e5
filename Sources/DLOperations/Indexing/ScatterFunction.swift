import DLGraph
import DLLoops

/// How scattering combines an element with an update.
public enum ScatterFunction: String, CaseIterable, Hashable, Sendable {
  /// The update replaces the element.
  case update
  case sum, product, minimum, maximum

  /// The reduction of the element and the updates; nil where the last update wins.
  public var reduction: ReductionFunction? {
    switch self {
    case .update: nil
    case .sum: .sum
    case .product: .product
    case .minimum: .minimum
    case .maximum: .maximum
    }
  }

  /// True where the function is defined on elements of a type.
  public func accepts(_ type: ElementType) -> Bool { reduction?.accepts(type) ?? true }
}

extension KernelBuilder {
  /// Combines an element of a buffer with an update where the mask holds.
  func scatter(
    _ function: ScatterFunction, _ update: Local, _ buffer: BufferID, at offset: IntegerExpression,
    mask: Local?
  ) {
    guard let reduction = function.reduction else {
      store(update, buffer, at: offset, mask: mask)
      return
    }
    let element = load(buffer, at: offset, mask: mask)
    store(combine(reduction, element, update), buffer, at: offset, mask: mask)
  }

  /// Whether an index counted from the start lies in an axis.
  func isIndex(_ index: Local, extent: IntegerExpression) -> Local {
    binary(
      .and, compare(.greaterOrEqual, index, integer(0, .i64)), compare(.less, index, self.index(extent)))
  }
}

extension Literal {
  /// The tensor after each update has gone to its target, in order.
  ///
  /// - Parameter targets: the position of the element for each update; negative where the update is dropped.
  func scattering(_ updates: Literal, to targets: [Int], _ function: ScatterFunction) -> Literal {
    guard let reduction = function.reduction else { return replacing(by: updates, at: targets) }
    return elementType.isFloatingPoint
      ? combining(Double.self, with: updates, at: targets, reduction)
      : combining(Int.self, with: updates, at: targets, reduction)
  }

  private func replacing(by updates: Literal, at targets: [Int]) -> Literal {
    let size = elementType.byteCount
    return Literal(elementType, shape: shape) { result in
      withUnsafeBytes { result.copyMemory(from: $0) }
      updates.withUnsafeBytes { source in
        for (number, target) in targets.enumerated() where target >= 0 {
          result.copyBytes(source, from: number * size, to: target * size, count: size)
        }
      }
    }
  }

  /// Elements keep the precision of the computation until the last update.
  private func combining<Wide: WideElement>(
    _ type: Wide.Type, with updates: Literal, at targets: [Int], _ reduction: ReductionFunction
  ) -> Literal {
    let combine = Wide.implementation(of: reduction.binaryFunction, on: elementType)
    var elements = values(as: type)
    for (target, update) in zip(targets, updates.values(as: type)) where target >= 0 {
      elements[target] = combine(elements[target], update)
    }
    return Literal(elementType, shape: shape, values: elements)
  }
}
