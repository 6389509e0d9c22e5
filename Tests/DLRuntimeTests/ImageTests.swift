import CDLProgram
import CDLRuntime
import Testing

@Suite struct ImageTests {
  @Test func pngWithEveryFilter() {
    var samples: [UInt8] = []
    for y in 0..<10 {
      for x in 0..<16 { samples += [x * y, x * 13 + y, 255 - x * y].map { UInt8($0 & 255) } }
    }
    #expect(
      readImage(Samples.png, dlp_png_read).value
        == Pixels(width: 16, height: 10, channels: 3, samples: samples))
  }

  @Test func pngWithPalette() {
    let samples: [UInt8] = [10, 20, 30, 40, 50, 60, 40, 50, 60, 10, 20, 30]
    #expect(
      readImage(Samples.palette, dlp_png_read).value
        == Pixels(width: 2, height: 2, channels: 3, samples: samples))
  }

  @Test func damagedPNG() {
    var bytes = Samples.png
    bytes[80] ^= 1
    #expect(readImage(bytes, dlp_png_read).failure == "the PNG image is damaged")
    #expect(readImage(Array(Samples.png.prefix(200)), dlp_png_read).failure == "the PNG image ends too early")
    #expect(readImage([1, 2, 3], dlp_png_read).failure == "this is not a PNG image")
  }

  @Test func portableMaps() {
    #expect(
      readImage(Samples.ppm, dlp_pnm_read).value
        == Pixels(width: 3, height: 1, channels: 3, samples: [0, 51, 102, 153, 204, 255, 255, 255, 255]))
    #expect(
      readImage(Samples.pgm, dlp_pnm_read).value
        == Pixels(width: 2, height: 2, channels: 1, samples: [0, 128, 200, 255]))
    #expect(readImage(Samples.pgm.dropLast(), dlp_pnm_read).failure == "the image ends too early")
    #expect(
      readImage(Array("P2 1 1 5 6".utf8), dlp_pnm_read).failure
        == "the image ends too early, or has a sample above its maximum")
    #expect(
      readImage(Array("P5 1 1 65535 ab".utf8), dlp_pnm_read).failure
        == "an image with samples up to 65535 is not supported, only up to 255")
  }

  /// The array that an image with these samples, 2 wide and 1 high, becomes for an input of a shape.
  private func convert(
    _ samples: [UInt8], to extents: [Int64], type: dlc_type = DLC_F32, scaling: dlp_scaling? = nil
  ) -> Reading<ReadArray> {
    var samples = samples
    let dimensions = extents.map { dlc_dimension(extent: $0, symbol: -1, reserved: 0, maximum: $0) }
    var scaling = scaling ?? dlp_scaling()
    if scaling.scale == 0 { scaling.scale = 1 }
    return samples.withUnsafeMutableBufferPointer { samples in
      var image = dlp_image(
        width: 2, height: 1, channels: Int64(samples.count / 2), pixels: samples.baseAddress)
      var value = dlp_array()
      var error = dlp_error()
      let fine = dimensions.withUnsafeBufferPointer { dimensions in
        var input = dlc_tensor()
        input.type = Int32(type.rawValue)
        input.rank = Int32(dimensions.count)
        input.dimensions = dimensions.baseAddress
        return dlp_image_to_array(&image, &input, &scaling, &value, &error)
      }
      guard fine else { return .failure(text(of: error)) }
      defer { dlp_array_destroy(&value) }
      return .value(array(value))
    }
  }

  @Test func channels() {
    #expect(convert([10, 20], to: [1, 3, 1, 2]).value?.values == [10, 20, 10, 20, 10, 20])
    #expect(convert([1, 2, 3, 4, 5, 6], to: [3, 1, 2]).value?.values == [1, 4, 2, 5, 3, 6])
    #expect(convert([1, 9, 2, 9], to: [1, 2]).value?.values == [1, 2])
    #expect(convert([1, 9, 2, 8], to: [4, 1, 2]).value?.values == [1, 2, 1, 2, 1, 2, 9, 8])
    #expect(convert([100, 0, 0, 0, 100, 0], to: [1, 1, 2], type: DLC_U8).value?.values == [30, 59])
  }

  @Test func scaling() {
    var scaling = dlp_scaling()
    scaling.scale = 0.5
    scaling.mean_count = 3
    scaling.mean = (1, 2, 3, 0)
    scaling.deviation_count = 1
    scaling.deviation = (2, 0, 0, 0)
    #expect(convert([10, 20], to: [3, 1, 2], scaling: scaling).value?.values == [2, 4.5, 1.5, 4, 1, 3.5])
    #expect(
      convert([10, 20], to: [1, 1, 2], scaling: scaling).failure
        == "the mean and deviation of an image need 1 value or 1")
  }

  @Test func wrongInputs() {
    #expect(
      convert([1, 2], to: [1, 1, 3]).failure
        == "the image has 1 x 2 pixels (height x width), but the input is f32[1, 1, 3]")
    #expect(convert([1, 2], to: [2]).failure == "an image can't be an input of 1 axes")
    #expect(convert([1, 2], to: [5, 1, 2]).failure == "an image can't have 5 channels")
    #expect(convert([1, 2], to: [1, 2], type: DLC_I64).failure == "an image can't be an input of type i64")
  }
}
