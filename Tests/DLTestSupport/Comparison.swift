import DLGraph

extension Literal {
  /// The elements as doubles.
  public var doubles: [Double] {
    switch elementType {
    case .f64: elements(as: Double.self)
    case .f32: elements(as: Float.self).map(Double.init)
    case .f16: elements(as: UInt16.self).map { Double(Float16(bitPattern: $0)) }
    case .bf16: elements(as: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .i64: elements(as: Int64.self).map(Double.init)
    case .i32: elements(as: Int32.self).map(Double.init)
    case .i16: elements(as: Int16.self).map(Double.init)
    case .i8: elements(as: Int8.self).map(Double.init)
    case .u8, .bool: elements(as: UInt8.self).map(Double.init)
    }
  }

  /// What distinguishes this tensor from what it should be; nil where it is close enough.
  ///
  /// Integers must be equal. Floating-point numbers may differ by `tolerance` relative to the largest finite magnitude,
  /// or to `leastScale` where all are smaller, as differences of nearly equal numbers are; NaN and infinities must stand in
  /// the same places.
  public func difference(from expected: Literal, tolerance: Double = 1e-5, leastScale: Double = 1e-30)
    -> String?
  {
    guard elementType == expected.elementType, shape == expected.shape else {
      return "expected \(expected.type), found \(type)"
    }
    let (found, wanted) = (doubles, expected.doubles)
    let scale = max(wanted.filter(\.isFinite).map(\.magnitude).max() ?? 0, leastScale)
    let bound = elementType.isFloatingPoint ? tolerance * scale : 0
    var worst: (index: Int, error: Double)?
    for (index, (a, b)) in zip(found, wanted).enumerated() where a != b && !(a.isNaN && b.isNaN) {
      let error = (a - b).magnitude.isNaN ? Double.infinity : (a - b).magnitude
      if error > bound, error > worst?.error ?? -1 { worst = (index, error) }
    }
    return worst.map {
      "element \($0.index) is \(found[$0.index]) instead of \(wanted[$0.index]) (bound \(bound))"
    }
  }
}
