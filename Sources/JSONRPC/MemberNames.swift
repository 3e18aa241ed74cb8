/// Remembers the member names of the objects that are open, to find duplicates.
///
/// Small objects are searched; an object with many members gets a hash table of its own. The hash is seeded per
/// process, so that nobody can prepare a frame of colliding names; names are always compared in full, so the answer
/// does not depend on the seed. Expected time per name is constant.
struct MemberNames {
  private struct Name {
    let hash: UInt64
    let string: JSONString
  }

  private struct OpenObject {
    let base: Int
    /// Open addressing over indices into `names`, offset by one; empty until the object is large.
    var table: [UInt32] = []
  }

  private var names: [Name] = []
  private var objects: [OpenObject] = []
  private var scratch: [UInt8] = []

  private static let searchedLinearly = 16
  private static let seed = UInt64.random(in: .min ... .max) | 1

  mutating func reset() {
    names.removeAll(keepingCapacity: names.capacity <= 4096)
    objects.removeAll(keepingCapacity: true)
  }

  mutating func openObject() {
    objects.append(OpenObject(base: names.count))
  }

  mutating func closeObject() {
    guard let object = objects.popLast() else { return }
    names.removeSubrange(object.base...)
  }

  /// Adds a name to the innermost object. True when the object has it already.
  mutating func isDuplicate(_ string: JSONString, in text: UnsafeRawBufferPointer) -> Bool {
    let hash = hash(of: string, in: text)
    let current = objects.count - 1
    guard current >= 0 else { return false }
    let base = objects[current].base
    if names.count - base < Self.searchedLinearly {
      for index in base..<names.count where names[index].hash == hash {
        if same(names[index].string, string, in: text) { return true }
      }
      names.append(Name(hash: hash, string: string))
      return false
    }
    if (names.count - base + 1) * 2 > objects[current].table.count { grow(current) }
    let mask = objects[current].table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = objects[current].table[slot]
      if entry == 0 { break }
      let other = names[base + Int(entry) - 1]
      if other.hash == hash && same(other.string, string, in: text) { return true }
      slot = (slot + 1) & mask
    }
    names.append(Name(hash: hash, string: string))
    objects[current].table[slot] = UInt32(truncatingIfNeeded: names.count - base)
    return false
  }

  // MARK: Private

  private mutating func grow(_ current: Int) {
    let base = objects[current].base
    let capacity = max(64, objects[current].table.count * 2)
    var table = [UInt32](repeating: 0, count: capacity)
    for index in base..<names.count {
      var slot = Int(truncatingIfNeeded: names[index].hash) & (capacity - 1)
      while table[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
      table[slot] = UInt32(truncatingIfNeeded: index - base + 1)
    }
    objects[current].table = table
  }

  private mutating func hash(of string: JSONString, in text: UnsafeRawBufferPointer) -> UInt64 {
    guard string.hasEscapes else { return Self.hash(UnsafeRawBufferPointer(rebasing: text[string.range])) }
    scratch.removeAll(keepingCapacity: true)
    string.decode(from: text, into: &scratch)
    return scratch.withUnsafeBytes { Self.hash($0) }
  }

  private func same(_ left: JSONString, _ right: JSONString, in text: UnsafeRawBufferPointer) -> Bool {
    if !left.hasEscapes && !right.hasEscapes {
      return left.end - left.start == right.end - right.start && text[left.range].elementsEqual(text[right.range])
    }
    var first: [UInt8] = []
    var second: [UInt8] = []
    left.decode(from: text, into: &first)
    right.decode(from: text, into: &second)
    return first == second
  }

  /// Multiply and fold, eight bytes a step.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
    var index = 0
    while index + 8 <= bytes.count {
      state = mix(state ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var tail: UInt64 = 0
    while index < bytes.count {
      tail = tail << 8 | UInt64(bytes[index])
      index += 1
    }
    return mix(state ^ tail ^ 0x9E37_79B9_7F4A_7C15)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: seed &* 0x2545_F491_4F6C_DD1D | 1)
    return product.high ^ product.low
  }
}
