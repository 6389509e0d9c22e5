import CDLRuntime
import CMiniatureModel
import Testing

@Suite struct BindTests {
  private struct Result: Equatable {
    var message: String?
    var symbols: [Int64]
    var dimensions: [Int64]
  }

  private func bind(
    _ name: String, _ inputs: [(dlc_type, [Int64])], demanding symbols: [Int64]
  ) throws -> Result {
    let entry = try #require(withUnsafePointer(to: miniature_model) { dlc_model_entry($0, name) })
    var values = symbols
    var dimensions = [Int64](repeating: -7, count: Int(dlc_entry_rank_sum(entry)))
    let extents = inputs.map { shape in
      let pointer = UnsafeMutablePointer<Int64>.allocate(capacity: shape.1.count)
      pointer.initialize(from: shape.1, count: shape.1.count)
      return pointer
    }
    defer { for pointer in extents { pointer.deallocate() } }
    let arguments = zip(inputs, extents).map {
      dlc_argument(type: Int32($0.0.rawValue), rank: Int32($0.1.count), extents: $1)
    }
    let failure = message { dlc_entry_bind(entry, arguments, &values, &dimensions, $0, $1) }
    return Result(message: failure, symbols: values, dimensions: dimensions)
  }

  @Test func symbolsFollowFromShapes() throws {
    let result = try bind("forward", [(DLC_F32, [5, 1, 2, 2])], demanding: [-1])
    #expect(result == Result(message: nil, symbols: [5], dimensions: [5, 1, 2, 2, 5, 3]))
  }

  @Test func computedDimensionsFollowFromSymbols() throws {
    let result = try bind("join", [(DLC_F32, [3]), (DLC_F32, [4])], demanding: [-1])
    #expect(result == Result(message: nil, symbols: [3], dimensions: [3, 4, 7]))
  }

  @Test func entriesWithoutSymbols() throws {
    let result = try bind("step", [(DLC_F32, [2])], demanding: [])
    #expect(result == Result(message: nil, symbols: [], dimensions: [2, 2]))
  }

  @Test(
    arguments: [
      ([5, 1, 2, 3], -1, "input 'x': expected f32[B=5, 1, 2, 2], found f32[5, 1, 2, 3]"),
      ([5, 1, 2], -1, "input 'x': expected f32[B, 1, 2, 2], found f32[5, 1, 2]"),
      ([5, 1, 2, 2], 4, "input 'x': expected f32[B=4, 1, 2, 2], found f32[5, 1, 2, 2]"),
      ([9, 1, 2, 2], -1, "dimension 'B' of 'forward' is 9, but the model was built for 1...8"),
      ([0, 1, 2, 2], -1, "dimension 'B' of 'forward' is 0, but the model was built for 1...8"),
    ] as [([Int64], Int64, String)])
  func wrongShapes(shape: [Int64], demanded: Int64, text: String) throws {
    #expect(try bind("forward", [(DLC_F32, shape)], demanding: [demanded]).message == text)
  }

  @Test func wrongElementType() throws {
    let message = try bind("forward", [(DLC_I64, [1, 1, 2, 2])], demanding: [-1]).message
    #expect(message == "input 'x': expected f32[B, 1, 2, 2], found i64[1, 1, 2, 2]")
  }

  @Test func wrongComputedDimension() throws {
    let message = try bind("join", [(DLC_F32, [3]), (DLC_F32, [5])], demanding: [-1]).message
    #expect(message == "input 'b': expected f32[4], found f32[5]")
  }

  @Test func sizes() {
    var bytes = 0
    #expect(dlc_tensor_bytes(Int32(DLC_F32.rawValue), 2, [3, 5], &bytes) && bytes == 60)
    #expect(dlc_tensor_bytes(Int32(DLC_F32.rawValue), 0, [0], &bytes) && bytes == 4)
    #expect(!dlc_tensor_bytes(Int32(DLC_F32.rawValue), 2, [1 << 40, 1 << 40], &bytes))
    #expect(!dlc_tensor_bytes(Int32(DLC_F32.rawValue), 1, [-1], &bytes))
    #expect(dlc_type_size(99) == 0 && String(cString: dlc_type_name(-1)) == "?")
  }
}
