import DLGraph

/// The order in which llama.cpp stores the rows of the projections to queries and keys for models of the llama family.
///
/// There the two numbers that a rotation turns lie side by side; everywhere else half a head apart. Row `2 i + j` of a
/// head in the file is row `j * half + i`.
struct RotaryOrder {
  private let heads: Int

  /// - Returns: nil for a tensor or a family whose rows are in the usual order.
  init?(_ notes: [String: GGUF.Note], _ entry: TensorFile.Entry) throws(ContentError) {
    guard notes["general.architecture"] == .text("llama") else { return nil }
    let parts = entry.name.split(separator: ".")
    guard parts.count == 4, parts[0] == "blk", parts[2] == "attn_q" || parts[2] == "attn_k" else {
      return nil
    }
    let queries = notes["llama.attention.head_count"]
    let key = parts[2] == "attn_q" ? queries : notes["llama.attention.head_count_kv"] ?? queries
    guard case .integer(let heads)? = key, heads > 0, let rows = entry.shape.first, rows % heads == 0,
      rows / heads % 2 == 0
    else {
      throw ContentError("the number of heads of which the rows are is missing, or does not divide them")
    }
    self.heads = heads
  }

  /// The tensor with its rows in the usual order.
  func restored(_ entry: TensorFile.Entry) -> TensorFile.Entry {
    let literal = entry.literal
    let rows = literal.shape[0]
    let half = rows / heads / 2
    let size = literal.byteCount / max(rows, 1)
    let ordered = Literal(literal.elementType, shape: literal.shape) { target in
      literal.withUnsafeBytes { source in
        for row in 0..<rows {
          let (head, place) = (row / (2 * half), row % (2 * half))
          let from = (head * 2 * half + place % half * 2 + place / half) * size
          UnsafeMutableRawBufferPointer(rebasing: target[row * size..<(row + 1) * size])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + size]))
        }
      }
    }
    guard let encoding = entry.encoding else { return TensorFile.Entry(name: entry.name, literal: ordered) }
    return TensorFile.Entry(name: entry.name, blocks: ordered, encoding: encoding)
  }
}
