import DLGraph
import Synchronization
import Testing

@Suite struct LiteralTests {
  @Test func elementsAreKept() {
    let literal = Literal(.f32, shape: [2, 2], elements: [1, 2, 3, 4] as [Float])
    #expect(literal.elements(as: Float.self) == [1, 2, 3, 4])
    #expect(literal.count == 4)
    #expect(literal.byteCount == 16)
    #expect(literal.type == TensorType(.f32, [2, 2]))
    #expect(literal.reshaped([4]).elements(as: Float.self) == [1, 2, 3, 4])
  }

  @Test func equalityIsOfBytes() {
    let nan = Literal(.f32, shape: [1], elements: [Float.nan])
    #expect(nan == Literal(.f32, shape: [1], elements: [Float.nan]))
    #expect(
      Literal(.f32, shape: [1], elements: [Float(0)]) != Literal(.f32, shape: [1], elements: [-Float(0)]))
    #expect(
      Literal(.i8, shape: [2], elements: [1, 2] as [Int8])
        != Literal(.u8, shape: [2], elements: [1, 2] as [UInt8]))
    #expect(nan != nan.reshaped([1, 1]))
  }

  @Test func emptyOnesHaveNoElements() {
    let literal = Literal(.i64, shape: [0, 3], elements: [] as [Int64])
    #expect(literal.byteCount == 0)
    #expect(literal == Literal(.i64, shape: [0, 3]) { _ in })
  }

  @Test func foreignBytesAreReleasedOnce() {
    let releases = Mutex(0)
    withExtendedLifetime([UInt8](repeating: 7, count: 4)) { array in
      array.withUnsafeBytes { bytes in
        let address = UInt(bitPattern: bytes.baseAddress)
        let region = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: 4)
        var literal: Literal? = Literal(
          .u8, shape: [4], storage: LiteralStorage(bytes: region) { releases.withLock { $0 += 1 } })
        var copy = literal
        literal = nil
        #expect(releases.withLock { $0 } == 0)
        #expect(copy?.elements(as: UInt8.self) == [7, 7, 7, 7])
        copy = nil
      }
    }
    #expect(releases.withLock { $0 } == 1)
  }
}
