import DLGraph
import DLOperations

extension Builtin {
  static let shapes: [Builtin] = [
    Builtin("reshape", "x, shape...", "The elements under another shape, in which one extent may be -1.") {
      call in
      let x = try call.tensor("x")
      return .tensor(try call.elaborator.reshape(x, try resolved(call.dimensions(call.rest), of: x, call)))
    },
    Builtin("transpose", "x, first: -2, second: -1", "Two axes exchanged.") { call in
      let x = try call.tensor("x")
      var permutation = Array(0..<x.rank)
      permutation.swapAt(
        try call.axis("first", rank: x.rank, default: -2), try call.axis("second", rank: x.rank, default: -1))
      return .tensor(try call.elaborator.transpose(x, permutation))
    },
    Builtin("permute", "x, axes...", "The axes in another order.") { call in
      let x = try call.tensor("x")
      let axes = try call.dimensions(call.rest).map { dimension in
        try call.axis(call.constant(.integer(dimension), at: call.range), rank: x.rank, at: call.range)
      }
      guard axes.count == x.rank, Set(axes).count == x.rank else {
        throw call.failure(.notAPermutation(axes, rank: x.rank, at: call.range))
      }
      return .tensor(try call.elaborator.transpose(x, axes))
    },
    Builtin("flatten", "x, start: 0, end: -1", "The axes from start to end as one.") { call in
      let x = try call.tensor("x")
      if x.rank == 0 { return .tensor(try call.elaborator.reshape(x, [1])) }
      let start = try call.axis("start", rank: x.rank, default: 0)
      let end = try call.axis("end", rank: x.rank, default: -1)
      guard start <= end else { return .tensor(x) }
      let merged = x.shape[start...end].reduce(1, *)
      return .tensor(
        try call.elaborator.reshape(x, Array(x.shape[..<start]) + [merged] + Array(x.shape[(end + 1)...])))
    },
    Builtin("squeeze", "x, axis: nil", "Without an axis of extent 1, or without all of them.") { call in
      let x = try call.tensor("x")
      let axes =
        call.value("axis").isNull
        ? x.shape.indices.filter { x.shape[$0] == 1 } : try call.axes("axis", rank: x.rank)
      for axis in axes where x.shape[axis] != 1 {
        throw call.failure(.squeezeOfWideAxis(axis, x.type, at: call.range(of: "axis")))
      }
      return .tensor(
        try call.elaborator.reshape(x, x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] }))
    },
    Builtin("unsqueeze", "x, axis", "With a new axis of extent 1.") { call in
      let x = try call.tensor("x")
      var shape = x.shape
      shape.insert(1, at: try call.axis("axis", rank: x.rank + 1))
      return .tensor(try call.elaborator.reshape(x, shape))
    },
    Builtin("expand", "x, shape...", "Repeated along axes of extent 1 to a shape; -1 keeps an extent.") {
      call in
      try expand(call)
    },
    Builtin("repeat", "x, count, axis", "Each element of an axis several times in a row.") { call in
      try repeatElements(call)
    },
    Builtin("flip", "x, axis", "One axis or several in reverse.") { call in
      let x = try call.tensor("x")
      let axes = try call.axes("axis", rank: x.rank)
      let starts = x.shape.indices.map { axes.contains($0) ? x.shape[$0] - 1 : 0 }
      let steps = x.shape.indices.map { axes.contains($0) ? -1 : 1 }
      return .tensor(try call.elaborator.emit(Slice(starts: starts, extents: x.shape, steps: steps), x))
    },
    Builtin("split", "x, sections, axis: 0", "A list of equal parts, or of parts of the listed extents.") {
      call in
      try split(call)
    },
    Builtin("narrow", "x, axis, start, length", "A stretch of an axis.") { call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank)
      let (start, length) = (try call.integer("start"), try call.integer("length"))
      guard (x.shape[axis] - start - length).isProvably(atLeast: 0) else {
        throw call.failure(.stretchOutOfRange(start, length, axis: axis, of: x.type, at: call.range))
      }
      _ = try call.extents([start, length])
      return .tensor(try call.elaborator.slice(x, axis: axis, start: start, extent: length))
    },
    Builtin("chunk", "x, count, axis: 0", "A list of parts of equal extent, the last one maybe smaller.") {
      call in
      let x = try call.tensor("x")
      let axis = try call.axis("axis", rank: x.rank, default: 0)
      let count = try call.count("count")
      let extent = try call.constant(.integer(x.shape[axis]), at: call.range)
      guard count > 0 else { throw call.failure(.badSplit(x.type, axis: axis, into: count, at: call.range)) }
      let size = max((extent + count - 1) / count, 1)
      let sizes = stride(from: 0, to: extent, by: size).map { Dimension(min(size, extent - $0)) }
      return try parts(of: x, sizes, axis: axis, call)
    },
    Builtin("concat", "tensors, axis: 0", "Tensors one after the other along an axis.") { call in
      let tensors = try tensors(call)
      let axis = try call.axis("axis", rank: tensors[0].rank, default: 0)
      return .tensor(try call.elaborator.concatenate(tensors, axis: axis))
    },
    Builtin("stack", "tensors, axis: 0", "Tensors of one shape along a new axis.") { call in
      let tensors = try tensors(call)
      let axis = try call.axis("axis", rank: tensors[0].rank + 1, default: 0)
      return .tensor(try call.elaborator.stack(tensors, axis: axis))
    },
    Builtin("pad", "x, widths, value: 0", "With (low, high) elements added before and after each axis.") {
      call in
      try pad(call)
    },
  ]

  /// A shape with its -1 replaced.
  private static func resolved(_ shape: [Dimension], of x: Tensor, _ call: BuiltinCall) throws -> [Dimension]
  {
    guard let free = shape.firstIndex(of: -1) else {
      _ = try call.extents(shape)
      guard shape.reduce(1, *) == x.type.count else {
        throw call.failure(.reshapeCount(x.type, shape, at: call.range))
      }
      return shape
    }
    let others = shape.enumerated().filter { $0.offset != free }.map(\.element)
    let known = others.reduce(1, *)
    var shape = shape
    shape[free] = known == 0 ? 0 : x.type.count.floorDivided(by: known)
    guard !others.contains(-1), others.allSatisfy({ $0.isProvably(atLeast: 0) }),
      shape[free] * known == x.type.count
    else {
      throw call.failure(.reshapeCount(x.type, others + [-1], at: call.range))
    }
    return shape
  }

  private static func expand(_ call: BuiltinCall) throws -> Value {
    let x = try call.tensor("x")
    var shape = try call.dimensions(call.rest)
    let first = shape.count - x.rank
    guard first >= 0 else { throw call.failure(.cannotExpand(x.type, shape, at: call.range)) }
    for axis in shape.indices where axis >= first {
      let extent = x.shape[axis - first]
      if shape[axis] == -1 { shape[axis] = extent }
      guard extent == 1 || extent == shape[axis] else {
        throw call.failure(.cannotExpand(x.type, shape, at: call.range))
      }
    }
    return .tensor(try call.elaborator.broadcast(x, to: call.extents(shape)))
  }

  private static func repeatElements(_ call: BuiltinCall) throws -> Value {
    let x = try call.tensor("x")
    let axis = try call.axis("axis", rank: x.rank)
    let count = try call.extents([call.integer("count")])[0]
    if count == 1 { return .tensor(x) }
    var split = x.shape
    split.insert(1, at: axis + 1)
    var wide = split
    wide[axis + 1] = count
    var merged = x.shape
    merged[axis] = x.shape[axis] * count
    let elaborator = call.elaborator
    return .tensor(
      try elaborator.reshape(elaborator.broadcast(elaborator.reshape(x, split), to: wide), merged))
  }

  private static func split(_ call: BuiltinCall) throws -> Value {
    let x = try call.tensor("x")
    let axis = try call.axis("axis", rank: x.rank, default: 0)
    if case .integer = call.value("sections") {
      let count = try call.count("sections")
      guard count > 0, x.shape[axis].modulo(Dimension(count)) == 0 else {
        throw call.failure(.badSplit(x.type, axis: axis, into: count, at: call.range(of: "sections")))
      }
      let size = x.shape[axis].floorDivided(by: Dimension(count))
      return try parts(of: x, Array(repeating: size, count: count), axis: axis, call)
    }
    let sizes = try call.dimensions("sections")
    guard sizes.reduce(0, +) == x.shape[axis] else {
      throw call.failure(.badSplitSizes(x.type, axis: axis, sizes, at: call.range(of: "sections")))
    }
    return try parts(of: x, call.extents(sizes), axis: axis, call)
  }

  private static func parts(of x: Tensor, _ sizes: [Dimension], axis: Int, _ call: BuiltinCall) throws
    -> Value
  {
    var start: Dimension = 0
    var parts: [Value] = []
    for size in sizes {
      parts.append(.tensor(try call.elaborator.slice(x, axis: axis, start: start, extent: size)))
      start += size
    }
    return .list(parts)
  }

  private static func tensors(_ call: BuiltinCall) throws -> [Tensor] {
    let range = call.range(of: "tensors")
    let tensors = try call.elements("tensors").map { try call.elaborator.tensor($0, at: range) }
    guard !tensors.isEmpty else { throw call.expected("a list with elements", "tensors") }
    for tensor in tensors where tensor.elementType != tensors[0].elementType || tensor.rank != tensors[0].rank
    {
      throw call.failure(.unequalParts(tensors[0].type, tensor.type, at: range))
    }
    return tensors
  }

  private static func pad(_ call: BuiltinCall) throws -> Value {
    let x = try call.tensor("x")
    let widths = try call.elements("widths").map { value -> (Dimension, Dimension) in
      guard let pair = value.elements, pair.count == 2 else {
        throw call.expected("a list of pairs", "widths")
      }
      let range = call.range(of: "widths")
      return (try call.dimension(pair[0], at: range), try call.dimension(pair[1], at: range))
    }
    guard widths.count == x.rank else {
      throw call.failure(
        .wrongAxisCount("widths", expected: x.rank, found: widths.count, at: call.range(of: "widths")))
    }
    let value = call.value("value").isNull ? Value.integer(0) : call.value("value")
    let filler = value.isTensor ? try call.tensor("value") : try call.elaborator.scalar(value, x.elementType)
    let (low, high) = (try call.extents(widths.map(\.0)), try call.extents(widths.map(\.1)))
    return .tensor(try call.elaborator.emit(Pad(low: low, high: high), x, filler))
  }
}
