/// The message that a check written in C leaves; nil where it succeeds.
func message(of check: (UnsafeMutablePointer<CChar>, Int) -> Bool) -> String? {
  var text = [CChar](repeating: 0, count: 1024)
  let fine = text.withUnsafeMutableBufferPointer { check($0.baseAddress!, $0.count) }
  return fine ? nil : string(text)
}

/// The text before the first zero.
func string(_ text: [CChar]) -> String {
  String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
