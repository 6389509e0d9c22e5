import CDLRuntime
import CMiniatureModel
import Testing

@Suite struct WeightFileTests {
  private func checkHeader(_ bytes: [UInt8], fileSize: Int? = nil) -> String? {
    withUnsafePointer(to: miniature_model) { model in
      message {
        dlc_weights_check_header(model, bytes, bytes.count, UInt64(fileSize ?? bytes.count), $0, $1)
      }
    }
  }

  private func changed(_ offset: Int, to value: UInt8) -> [UInt8] {
    var bytes = miniatureWeightFile()
    bytes[offset] = value
    return bytes
  }

  @Test func soundFile() {
    #expect(checkHeader(miniatureWeightFile()) == nil)
    let data = Array(miniatureWeightFile().dropFirst(64))
    #expect(
      withUnsafePointer(to: miniature_model) { m in message { dlc_weights_check_data(m, data, $0, $1) } }
        == nil)
  }

  @Test func shortOrForeignFile() {
    #expect(checkHeader([]) == "this is not a weight file of dlc")
    #expect(checkHeader(Array(miniatureWeightFile().prefix(63))) == "this is not a weight file of dlc")
    #expect(checkHeader(changed(3, to: 0)) == "this is not a weight file of dlc")
  }

  @Test func otherVersion() {
    #expect(checkHeader(changed(8, to: 9)) == "the weight file has version 9, but this runtime has version 1")
    #expect(checkHeader(changed(12, to: 32)) == "the header of the weight file has 32 bytes instead of 64")
  }

  @Test(arguments: [16, 24, 31]) func otherBuild(offset: Int) {
    #expect(
      checkHeader(changed(offset, to: 0xaa)) == "the weights belong to another build of model 'miniature'")
  }

  @Test func truncatedData() {
    #expect(
      checkHeader(miniatureWeightFile(), fileSize: 100)
        == "the weight file holds 36 bytes of data instead of 60")
  }

  @Test func damagedData() {
    let data = Array(changed(70, to: 1).dropFirst(64))
    let text = withUnsafePointer(to: miniature_model) { model in
      message { dlc_weights_check_data(model, data, $0, $1) }
    }
    #expect(text?.hasPrefix("the weights are damaged: their checksum is ") == true)
    #expect(text?.hasSuffix(" instead of 330cc2a4868b48eb") == true)
  }
}
