import Foundation

/// Small files made by NumPy and zlib.
enum Samples {
  /// 16 x 10 RGB pixels, samples (x * y, 13 * x + y, 255 - x * y) modulo 256; every filter, a text chunk, two data
  /// chunks, a dynamic Huffman code.
  static let png = bytes(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAKCAIAAAAy3EnLAAAAA3RFWHRhAGLcSaI7AAAAMklEQVR42p3PLUgDcRzG8ee5u//ddts5EI"
      + "sGDQYNWkQQwbKyMrAYLUaL0WIaFqPFaDFaTCKIYMzXej4AAAC6SURBVFlZsVgslhWLxZfdXm4vj/6qwnyBT314+AIQEmFGWBBWhbKw"
      + "KWwLu8K+cCgcC6fCuXAl1EVQTP7Aw+eE8jjyOQw4cOyHzCL2cuzm2YnZLjAtspXwfYJvJb768GpeNPLNMDADZ/qhySLTy5lu3nSCLw"
      + "8/ApzcZBbPpaWll6n15+nK0+xWc37ncXHvYfngfuXobu2ksXFWL1/cVm6uq41LIlSYZL/3j2hXG18Zm3bBpMUoDcY/fPcBD9+qKFuB"
      + "VQgAAAAASUVORK5CYII=")

  /// 2 x 2 pixels 0, 1, 1, 0 of the palette (10, 20, 30), (40, 50, 60).
  static let palette = bytes(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAMAAABFaP0WAAAABlBMVEUKFB4oMjzVG7TpAAAADElEQVR4nGNgYARCAAAMAAMrY8tQAAAA"
      + "AElFTkSuQmCC")

  /// `x`: i32[8, 8], index modulo 5; compressed.
  static let npz = bytes(
    "UEsDBC0AAAAIAAAAIQBXrosB//////////8FABQAeC5ucHkBABAAgAEAAAAAAABWAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6T"
      + "aaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GhY6ChaaOgq1CmQDLgYgYARiJiBmBmIWBggYKWIAUEsBAi0DLQAAAAgAAAAh"
      + "AFeuiwFWAAAAgAEAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5UEsFBgAAAAABAAEAMwAAAI0AAAAAAA==")

  static let ppm = Array("P3 # three by one\n3 1 5\n0 1 2 3 4 5 5 5 5\n".utf8)
  static let pgm = Array("P5\n2 2\n255\n".utf8) + [0, 128, 200, 255]

  static func npy(
    type: String = "<f4", order: String = "False", shape: String = "(2, 3)", data: Int = 24,
    version: UInt8 = 1
  ) -> [UInt8] {
    let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    let length = [UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)] + (version > 1 ? [0, 0] : [])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(text.utf8)
      + (0..<data).map { UInt8($0 % 2) }
  }

  static func safetensors(_ header: String, data: Int) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    return length + Array(header.utf8) + [UInt8](repeating: 1, count: data)
  }

  private static func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }
}
