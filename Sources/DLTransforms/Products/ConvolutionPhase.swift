/// What a convolution of a pulled-apart operand computes at the places of one residue, along one axis.
///
/// Along an axis whose elements are pulled `s` apart, the result at place `s q + r` takes part in only those products
/// whose element of the kernel meets an element of the operand and not one of the zeros in between. These are the same
/// elements of the kernel for every `q`, and the operand's elements follow each other: a convolution without zeros.
struct ConvolutionPhase: Hashable {
  /// The elements of the kernel that take part: `first`, `first + step`, …
  let first: Int
  let step: Int
  /// Which elements of the operand they meet at place `q`: `q - low`, `q - low + dilation`, …
  let window: Window

  struct Window: Hashable {
    var low: Int
    var count: Int
    var dilation: Int
  }

  /// - Parameters:
  ///   - distance: how far the elements of the operand are pulled apart.
  ///   - extent: the extent of the kernel, whose elements are `dilation` apart.
  ///   - low: the zeros before the operand.
  init(residue: Int, distance: Int, extent: Int, dilation: Int, low: Int) {
    let period = distance / Self.greatestCommonDivisor(distance, dilation)
    step = period
    let first = (0..<min(period, extent)).first { (low - residue - $0 * dilation) % distance == 0 }
    self.first = first ?? 0
    window = Window(
      low: first.map { (low - residue - $0 * dilation) / distance } ?? 0,
      count: first.map { (extent - $0 + period - 1) / period } ?? 0, dilation: dilation * period / distance)
  }

  /// True if no element of the kernel takes part: the result is zero at these places.
  var isEmpty: Bool { window.count == 0 }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}

extension ConvolutionPhase.Window {
  /// The least window that holds others, whose elements follow each other without gaps.
  init(around windows: [ConvolutionPhase.Window]) {
    let low = windows.map(\.low).max() ?? 0
    let end = windows.map { $0.count - $0.low }.max() ?? 1
    self.init(low: low, count: low + end, dilation: 1)
  }
}
