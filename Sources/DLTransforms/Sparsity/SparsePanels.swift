import DLGraph

/// A matrix without the rows of its panels that are zero.
struct SparsePanels {
  /// Rows of panels, `[T, width]`.
  let values: Literal
  /// The place of each in the matrix.
  let positions: Literal
  /// The first row of each panel, and the end.
  let starts: Literal
  /// The greatest number of rows of a panel.
  let longest: Int

  /// - Parameters:
  ///   - matrix: of `f32`.
  ///   - width: the number of columns of a panel; the last may be filled up with zeros.
  init(_ matrix: Literal, width: Int) {
    let (depth, columns) = (matrix.shape[0], matrix.shape[1])
    var (values, positions, starts): ([Float], [Int32], [Int32]) = ([], [], [0])
    var longest = 0
    matrix.withUnsafeBytes { bytes in
      let elements = bytes.assumingMemoryBound(to: Float.self)
      for first in stride(from: 0, to: columns, by: width) {
        let count = min(width, columns - first)
        for row in 0..<depth {
          let part = elements[row * columns + first..<row * columns + first + count]
          guard part.contains(where: { $0 != 0 }) else { continue }
          positions.append(Int32(row))
          values += part
          values += [Float](repeating: 0, count: width - count)
        }
        longest = max(longest, positions.count - Int(starts[starts.count - 1]))
        starts.append(Int32(positions.count))
      }
    }
    self.values = Literal(.f32, shape: [positions.count, width], elements: values)
    self.positions = Literal(.i32, shape: [positions.count], elements: positions)
    self.starts = Literal(.i32, shape: [starts.count], elements: starts)
    self.longest = longest
  }

  /// The number of rows of panels that are not zero.
  static func count(in matrix: Literal, width: Int) -> Int {
    let columns = matrix.shape[1]
    return matrix.withUnsafeBytes { bytes in
      let elements = bytes.assumingMemoryBound(to: Float.self)
      var count = 0
      for start in stride(from: 0, to: elements.count, by: max(columns, 1)) {
        for first in stride(from: start, to: start + columns, by: width)
        where elements[first..<min(first + width, start + columns)].contains(where: { $0 != 0 }) {
          count += 1
        }
      }
      return count
    }
  }
}
