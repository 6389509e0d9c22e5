import DLTransforms

extension CompressionLog {
  /// A line for each parameter: its name, where it is used, and what was done.
  public var table: [String] {
    var rows: [[String]] = []
    for record in records {
      let site = record.site.map { "\($0.file):\($0.line)" } ?? ""
      let row = [record.parameter, site, record.action]
      if !rows.contains(row) { rows.append(row) }
    }
    let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.prefix(2).enumerated().map {
        $1 + String(repeating: " ", count: widths[$0] - $1.count + 2)
      }.joined() + row[2]
    }
  }
}
