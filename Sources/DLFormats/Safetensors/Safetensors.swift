import DLGraph

/// The safetensors format: the length of a header, the header in JSON, the bytes of the tensors.
///
/// Specification: https://huggingface.co/docs/safetensors
enum Safetensors {
  /// The names of the element types. The format knows more; a file with others is refused.
  static let elementTypes: [String: ElementType] = [
    "F64": .f64, "F32": .f32, "F16": .f16, "BF16": .bf16,
    "I64": .i64, "I32": .i32, "I16": .i16, "I8": .i8, "U8": .u8, "BOOL": .bool,
  ]

  /// The largest header that other readers accept.
  static let maximumHeaderSize = 100_000_000

  static let metadataKey = "__metadata__"
}
