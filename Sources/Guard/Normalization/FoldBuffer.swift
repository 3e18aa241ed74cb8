/// The output of one folding pass: the changed text and a sparse map back to offsets of its input.
///
/// Nothing is copied before the first edit, so that a pass that changes nothing costs no memory traffic.
/// The map has 8 bytes per edit that shifts the text, and never more than 8 per byte of output.
struct FoldBuffer {
  private(set) var bytes: [UInt8] = []
  private(set) var map = OffsetMap()
  private var copied = 0
  private(set) var isChanged = false

  mutating func begin() {
    bytes.removeAll(keepingCapacity: true)
    map.removeAll()
    copied = 0
    isChanged = false
  }

  /// Keeps the input up to `range`, leaves `range` out. Bytes put afterwards take its place.
  @inline(__always)
  mutating func drop(_ range: Range<Int>, of text: UnsafeRawBufferPointer) {
    if !isChanged {
      isChanged = true
      bytes.reserveCapacity(text.count)
    }
    copy(to: range.lowerBound, of: text)
    copied = range.upperBound
  }

  @inline(__always)
  mutating func put(_ byte: UInt8) { bytes.append(byte) }

  /// The last byte of the output so far, if the output has begun.
  var last: UInt8? { bytes.last }

  /// Copies the rest. Call once at the end of a pass; does nothing when nothing was changed.
  mutating func finish(_ text: UnsafeRawBufferPointer) {
    if isChanged { copy(to: text.count, of: text) }
  }

  @inline(__always)
  private mutating func copy(to end: Int, of text: UnsafeRawBufferPointer) {
    map.append(output: bytes.count, input: copied)
    guard end > copied else { return }
    bytes.append(contentsOf: text[copied..<end])
    copied = end
  }

  /// Hands out the bytes and takes other storage to write to.
  mutating func exchange(_ other: inout [UInt8]) { swap(&bytes, &other) }
}

/// Pairs of offsets, rising: from each on, output and input run in parallel until the next.
struct OffsetMap {
  private var outputs: [UInt32] = []
  private var inputs: [UInt32] = []

  mutating func removeAll() {
    outputs.removeAll(keepingCapacity: true)
    inputs.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  mutating func append(output: Int, input: Int) {
    if let lastOutput = outputs.last, let lastInput = inputs.last {
      if input - output == Int(lastInput) - Int(lastOutput) { return }
      if output == Int(lastOutput) {
        inputs[inputs.count - 1] = UInt32(truncatingIfNeeded: input)
        return
      }
    } else if input == output {
      return
    }
    outputs.append(UInt32(truncatingIfNeeded: output))
    inputs.append(UInt32(truncatingIfNeeded: input))
  }

  /// The input offset of an output offset. O(log edits).
  func input(of output: Int) -> Int {
    var low = 0
    var high = outputs.count
    while low < high {
      let middle = (low + high) / 2
      if Int(outputs[middle]) <= output { low = middle + 1 } else { high = middle }
    }
    let next = low < inputs.count ? Int(inputs[low]) : Int.max
    guard low > 0 else { return min(output, next) }
    return min(Int(inputs[low - 1]) + output - Int(outputs[low - 1]), next)
  }
}
