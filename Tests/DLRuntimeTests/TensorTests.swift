import DLRuntime
import Testing

@Suite struct TensorTests {
  @Test func elementsAndShape() {
    let tensor = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.elementType == .f32 && tensor.shape == [2, 3] && tensor.count == 6)
    #expect(tensor.elements(Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(tensor.reshaped([3, 2]).shape == [3, 2])
    #expect(Tensor(zeros: [0, 5], .i64).elements(Int64.self) == [])
    #expect(Tensor(scalar: 7 as Int32).shape == [])
  }

  @Test func copiesAreValues() {
    let original = Tensor([1, 2] as [Int32])
    var copy = original
    copy.withMutableElements { (elements: UnsafeMutableBufferPointer<Int32>) in elements[0] = 9 }
    #expect(original.elements(Int32.self) == [1, 2])
    #expect(copy.elements(Int32.self) == [9, 2])
    #expect(original != copy && original == Tensor([1, 2] as [Int32]))
  }

  @Test func memoryIsAligned() {
    for count in [0, 1, 3, 17, 1000] {
      Tensor(zeros: [count], .u8).withUnsafeBytes { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
    }
  }

  @Test func spans() {
    let sum = Tensor([1, 2, 3] as [Double]).withSpan(of: Double.self) { span in
      span.indices.reduce(0) { $0 + span[$1] }
    }
    #expect(sum == 6)
  }

  @Test func descriptions() {
    #expect(Tensor([1, 2] as [Float]).description == "f32[2] (1.0, 2.0)")
    #expect(Tensor([true]).description == "bool[1] (true)")
    #expect(Tensor([BFloat16(1.5)]).description == "bf16[1] (1.5)")
    #expect(Tensor([Float16(0.25)]).description == "f16[1] (0.25)")
    #expect(Tensor(zeros: [9], .i8).description == "i8[9] (0, 0, 0, 0, 0, 0, 0, 0, ...)")
    #expect(Tensor.ElementType.allCases.map(\.byteCount) == [8, 4, 2, 2, 8, 4, 2, 1, 1, 1])
  }

  @Test func bfloat16RoundsToEven() {
    #expect(BFloat16(Float(bitPattern: 0x3f80_8000)).bitPattern == 0x3f80)
    #expect(BFloat16(Float(bitPattern: 0x3f81_8000)).bitPattern == 0x3f82)
    #expect(BFloat16(Float(bitPattern: 0x3f80_8001)).bitPattern == 0x3f81)
    #expect(BFloat16(.greatestFiniteMagnitude).bitPattern == 0x7f80)
    #expect(Float(BFloat16(.nan)).isNaN && Float(BFloat16(-.infinity)) == -.infinity)
  }
}
