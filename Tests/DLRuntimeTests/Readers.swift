import CDLProgram
import CDLRuntime

/// What a reader written in C made of bytes, or its message.
enum Reading<Value> {
  case value(Value)
  case failure(String)

  var value: Value? {
    guard case .value(let value) = self else { return nil }
    return value
  }

  var failure: String? {
    guard case .failure(let text) = self else { return nil }
    return text
  }
}

/// A tensor that was read.
struct ReadArray: Equatable {
  var type: Int32
  var extents: [Int64]
  var values: [Double]
}

/// An image that was read.
struct Pixels: Equatable {
  var width: Int64
  var height: Int64
  var channels: Int64
  var samples: [UInt8]
}

func text(of error: dlp_error) -> String {
  withUnsafePointer(to: error) { String(cString: dlp_error_text($0)) }
}

func array(_ value: dlp_array) -> ReadArray {
  withUnsafePointer(to: value) { pointer in
    let extents = withUnsafeBytes(of: pointer.pointee.extents) { Array($0.bindMemory(to: Int64.self)) }
    let values = (0..<dlp_array_count(pointer)).map { dlp_array_value(pointer, $0) }
    return ReadArray(
      type: pointer.pointee.type, extents: Array(extents.prefix(Int(value.rank))), values: values)
  }
}

/// Calls `body` with bytes in memory of exactly their size, so that a sanitizer sees every step beyond.
private func withBytes<Result>(_ bytes: [UInt8], _ body: (dlp_bytes) -> Result) -> Result {
  let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
  defer { copy.deallocate() }
  copy.initialize(from: bytes, count: bytes.count)
  return body(dlp_bytes(start: copy, size: bytes.count))
}

func readNPY(_ bytes: [UInt8]) -> Reading<ReadArray> {
  var value = dlp_array()
  var error = dlp_error()
  guard withBytes(bytes, { dlp_npy_read($0, &value, &error) }) else { return .failure(text(of: error)) }
  defer { dlp_array_destroy(&value) }
  return .value(array(value))
}

typealias ArchiveReader = (dlp_bytes, UnsafeMutablePointer<dlp_archive>?, UnsafeMutablePointer<dlp_error>?) ->
  Bool

func readArchive(_ bytes: [UInt8], _ reader: ArchiveReader) -> Reading<[String: ReadArray]> {
  var value = dlp_archive()
  var error = dlp_error()
  guard withBytes(bytes, { reader($0, &value, &error) }) else { return .failure(text(of: error)) }
  defer { dlp_archive_destroy(&value) }
  var result: [String: ReadArray] = [:]
  for index in 0..<value.count {
    if let name = value.names[index] { result[String(cString: name)] = array(value.arrays[index]) }
  }
  return .value(result)
}

typealias ImageReader = (dlp_bytes, UnsafeMutablePointer<dlp_image>?, UnsafeMutablePointer<dlp_error>?) ->
  Bool

func readImage(_ bytes: [UInt8], _ reader: ImageReader) -> Reading<Pixels> {
  var value = dlp_image()
  var error = dlp_error()
  guard withBytes(bytes, { reader($0, &value, &error) }) else { return .failure(text(of: error)) }
  defer { dlp_image_destroy(&value) }
  let count = Int(value.width * value.height * value.channels)
  return .value(
    Pixels(
      width: value.width, height: value.height, channels: value.channels,
      samples: Array(UnsafeBufferPointer(start: value.pixels, count: count))))
}
