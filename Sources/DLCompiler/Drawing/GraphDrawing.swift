import DLGraph
import DLOperations

/// A graph as a drawing in the language of Graphviz: what is computed from what, inside the layers of the model.
///
/// Constants, parameters and views of them are not drawn.
struct GraphDrawing {
  private let graph: Graph
  private let depth: Int?
  private var vertices: [Vertex] = []
  private var edges: [Edge: String] = [:]
  private var order: [Edge] = []
  /// The vertex that computes a value; none for what depends on constants alone.
  private var vertexOf: [ValueID: Int] = [:]
  private var vertexOfLayer: [String: Int] = [:]
  /// The layers that have others inside.
  private let outerLayers: Set<[String]>

  private struct Vertex {
    var labels: [String]
    var layer: [String]
    var shape: String
  }

  private struct Edge: Hashable {
    let from: Int
    let to: Int
  }

  /// - Parameter depth: a layer at this depth, or above it without layers inside, becomes one box; nil draws every
  ///   operation.
  init(_ graph: Graph, depth: Int? = nil) {
    self.graph = graph
    self.depth = depth
    let layers = Set(graph.nodes.map { Self.components($0.innermostPath) })
    outerLayers = Set(layers.flatMap { layer in layer.indices.map { Array(layer.prefix($0)) } })
    for input in graph.inputs {
      vertexOf[input.value] = add(["\(input.name)"], [], "ellipse")
    }
    for node in graph.nodes { draw(node) }
    for output in graph.outputs {
      let vertex = add([output.name], [], "ellipse")
      connect(output.value, to: vertex)
    }
  }

  /// The text of the drawing.
  var text: String {
    var lines = [
      "digraph \"\(graph.name)\" {",
      "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef3f9\", color=\"#5b7ea6\", fontname=Helvetica, fontsize=11]",
      "  edge [color=\"#5b7ea6\", fontname=Helvetica, fontsize=9]",
    ]
    write(LayerTree(vertices.map(\.layer)), &lines, indent: "  ")
    for edge in order {
      lines.append("  v\(edge.from) -> v\(edge.to) [label=\"\(Self.escaped(edges[edge] ?? ""))\"]")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  private func write(_ tree: LayerTree, _ lines: inout [String], indent: String) {
    for index in tree.vertices {
      let vertex = vertices[index]
      let label = vertex.labels.map(Self.escaped).joined(separator: "\\n")
      lines.append("\(indent)v\(index) [label=\"\(label)\", shape=\(vertex.shape)]")
    }
    for child in tree.children {
      lines.append("\(indent)subgraph \"cluster_\(Self.escaped(child.path))\" {")
      lines.append(
        "\(indent)  label=\"\(Self.escaped(child.name))\"; fontname=Helvetica; fontsize=11; color=\"#b8c4d2\""
      )
      write(child, &lines, indent: indent + "  ")
      lines.append("\(indent)}")
    }
  }

  // MARK: Vertices

  private mutating func add(_ labels: [String], _ layer: [String], _ shape: String) -> Int {
    vertices.append(Vertex(labels: labels, layer: layer, shape: shape))
    return vertices.count - 1
  }

  private mutating func connect(_ value: ValueID, to vertex: Int) {
    guard let source = vertexOf[value], source != vertex else { return }
    let edge = Edge(from: source, to: vertex)
    if edges.updateValue(graph.type(of: value).description, forKey: edge) == nil { order.append(edge) }
  }

  private mutating func draw(_ node: Node) {
    if node.operation is Constant || node.operation is Parameter { return }
    let dependsOnInputs = node.operands.contains { vertexOf[$0] != nil }
    if !dependsOnInputs, node.isView { return }
    let layer = Self.components(node.innermostPath)
    let vertex: Int
    if let depth, layer.count >= depth || !outerLayers.contains(layer), !layer.isEmpty {
      vertex = box(of: Array(layer.prefix(depth)))
    } else {
      vertex = add(Self.names(of: node), layer, "box")
    }
    for operand in node.operands { connect(operand, to: vertex) }
    for result in node.results { vertexOf[result] = vertex }
  }

  /// The box that stands for a whole layer.
  private mutating func box(of layer: [String]) -> Int {
    let path = layer.joined(separator: ".")
    if let vertex = vertexOfLayer[path] { return vertex }
    let vertex = add([layer.last ?? ""], layer.dropLast(), "box")
    vertexOfLayer[path] = vertex
    return vertex
  }

  /// The operation, or those of a group that are more than views, each once.
  private static func names(of node: Node) -> [String] {
    guard let group = node.operation as? Group else { return [node.operation.name] }
    let names = group.body.nodes.filter { !$0.isView }.map(\.operation.name)
    return names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The parts of a path, where the index of a list belongs to its name: `h.3.attn` is `h.3`, `attn`.
  private static func components(_ path: String) -> [String] {
    path.split(separator: ".").reduce(into: []) { parts, part in
      if let last = parts.last, part.allSatisfy(\.isNumber) {
        parts[parts.count - 1] = "\(last).\(part)"
      } else {
        parts.append(String(part))
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : "\($1)" }
  }
}

/// The layers that vertices lie in, one inside the other.
private struct LayerTree {
  let name: String
  let path: String
  var vertices: [Int] = []
  var children: [LayerTree] = []

  init(_ layers: [[String]]) {
    self.init(name: "", path: "")
    for (vertex, layer) in layers.enumerated() { insert(vertex, layer[...]) }
  }

  private init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  private mutating func insert(_ vertex: Int, _ layer: ArraySlice<String>) {
    guard let first = layer.first else { return vertices.append(vertex) }
    if let child = children.firstIndex(where: { $0.name == first }) {
      children[child].insert(vertex, layer.dropFirst())
      return
    }
    var child = LayerTree(name: first, path: path.isEmpty ? first : "\(path).\(first)")
    child.insert(vertex, layer.dropFirst())
    children.append(child)
  }
}

extension Node {
  /// The path of the innermost layer that the node comes from.
  fileprivate var innermostPath: String {
    sites.map(\.path).max { $0.split(separator: ".").count < $1.split(separator: ".").count } ?? ""
  }

  fileprivate var isView: Bool {
    operation is Broadcast || operation is Reshape || operation is Constant || operation is Iota
      || operation is Convert || operation is Transpose || operation is Slice
  }
}
