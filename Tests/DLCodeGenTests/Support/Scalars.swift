import DLGraph
import DLTestSupport

/// Elements that exercise a type: small numbers, extremes, and for floats what isn't a number.
func samples(_ type: ElementType, count: Int, seed: UInt64 = 1) -> [Scalar] {
  var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  return (0..<count).map { index -> Scalar in
    let random = next()
    if type == .bool { return .int(Int(random >> 40 & 1)) }
    if type.isFloatingPoint {
      let special: [Double] = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0.5, 2, -3]
      if random % 5 == 0 { return .float(special[Int(random >> 8) % special.count]) }
      let value = (Double(random >> 11) / Double(1 << 53) - 0.5) * 8
      return scalars(bytes([.float(value)], type), type)[0]
    }
    let value = random % 3 == 0 ? Int(bitPattern: UInt(next())) : Int(random >> 20 % 17) % 17 - 8
    return scalars(bytes([.int(value)], type), type)[0]
  }
}

/// True if two elements agree: integers and specials exactly, other floats to a few units in the last place.
func agrees(_ a: Scalar, _ b: Scalar, _ type: ElementType, tolerance: Double? = nil) -> Bool {
  guard type.isFloatingPoint else { return a == b }
  let (x, y) = (a.double, b.double)
  if x.isNaN || y.isNaN { return x.isNaN && y.isNaN }
  if x == y { return true }
  if x.isInfinite || y.isInfinite { return false }
  let epsilon =
    switch type {
    case .f64: 1e-15
    case .f32: 6e-7
    case .f16: 1e-3
    default: 8e-3
    }
  return abs(x - y) <= (tolerance ?? epsilon) * max(abs(x), abs(y), type == .f64 ? 1e-300 : 1e-30)
}
