internal import CLLVM
import DLGraph
import DLLoops

extension KernelEmitter {
  /// Copies a block with its axes swapped: by vectors, of which pairs exchange halves, then quarters and so on, or element
  /// by element where part of a vector can't be read and written.
  func transpose(_ block: BlockTransposition) {
    let type = kernel[block.from].elementType
    let bytes = type.byteCount
    let element = ir.memoryType(of: type)
    let lanes = min(ir.target.vectorByteCount / bytes, 16)
    let source = indexValue(block.source)
    let sourceStride = indexValue(block.sourceStride)
    let target = indexValue(block.target)
    let targetStride = indexValue(block.targetStride)
    func address(_ buffer: BufferID, _ start: IRValue, _ stride: IRValue, _ index: Int) -> IRValue {
      ir.address(memory[buffer.index], element, ir.add(start, ir.multiply(stride, ir.int(index))))
    }
    let isWhole = block.rows == lanes && block.columns == lanes
    guard lanes > 1, block.rows <= lanes, block.columns <= lanes,
      isWhole || ir.target.hasMaskedMemory(elementByteCount: bytes)
    else {
      for row in 0..<block.rows {
        let from = address(block.from, source, sourceStride, row)
        for column in 0..<block.columns {
          let value = ir.load(element, ir.address(from, element, ir.int(column)), alignment: bytes)
          let to = address(block.to, target, targetStride, column)
          ir.store(value, ir.address(to, element, ir.int(row)), alignment: bytes)
        }
      }
      return
    }
    let vector = ir.vector(element, lanes)
    var rows = (0..<lanes).map { row in
      if row >= block.rows { return ir.zero(vector) }
      let from = address(block.from, source, sourceStride, row)
      if block.columns == lanes { return ir.load(vector, from, alignment: bytes) }
      return ir.maskedLoad(vector, from, mask: firstLanes(block.columns, of: lanes), alignment: bytes)
    }
    var distance = 1
    while distance < lanes {
      for row in 0..<lanes where row & distance == 0 {
        let (a, b) = (rows[row], rows[row + distance])
        // Lanes of `a` are numbered from 0, those of `b` from `lanes`.
        rows[row] = ir.shuffle(a, b, (0..<lanes).map { $0 & distance == 0 ? $0 : lanes + $0 - distance })
        rows[row + distance] = ir.shuffle(
          a, b, (0..<lanes).map { $0 & distance == 0 ? $0 + distance : lanes + $0 })
      }
      distance *= 2
    }
    for column in 0..<block.columns {
      let to = address(block.to, target, targetStride, column)
      if block.rows == lanes {
        ir.store(rows[column], to, alignment: bytes)
      } else {
        ir.maskedStore(rows[column], to, mask: firstLanes(block.rows, of: lanes), alignment: bytes)
      }
    }
  }

  /// A mask that is true in the first lanes.
  private func firstLanes(_ count: Int, of lanes: Int) -> IRValue {
    ir.constantVector((0..<lanes).map { ir.int($0 < count ? 1 : 0, ir.i1) })
  }
}
