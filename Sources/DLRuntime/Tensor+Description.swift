extension Tensor: CustomStringConvertible {
  /// Type, shape and the elements, of many the first: "f32[2, 2] (1.0, 2.0, 3.0, 4.0)".
  public var description: String {
    let shown = min(count, 8)
    let elements = firstElements(shown) + (shown < count ? ["..."] : [])
    return "\(elementType)\(shape) (\(elements.joined(separator: ", ")))"
  }

  private func firstElements(_ shown: Int) -> [String] {
    func texts<Element: TensorElement>(of type: Element.Type) -> [String] {
      withElements { (elements: UnsafeBufferPointer<Element>) in
        elements.prefix(shown).map { "\($0)" }
      }
    }
    switch elementType {
    case .f64: return texts(of: Double.self)
    case .f32: return texts(of: Float.self)
    case .f16: return halves(shown)
    case .bf16: return withElements { $0.prefix(shown).map { "\(Float($0 as BFloat16))" } }
    case .i64: return texts(of: Int64.self)
    case .i32: return texts(of: Int32.self)
    case .i16: return texts(of: Int16.self)
    case .i8: return texts(of: Int8.self)
    case .u8: return texts(of: UInt8.self)
    case .bool: return texts(of: Bool.self)
    }
  }

  private func halves(_ shown: Int) -> [String] {
    #if os(macOS) && arch(x86_64)
      return Array(repeating: "?", count: shown)
    #else
      return withElements { $0.prefix(shown).map { "\($0 as Float16)" } }
    #endif
  }
}
