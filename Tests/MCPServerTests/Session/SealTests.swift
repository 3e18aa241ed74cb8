import JSONRPC
import Testing

@testable import MCPServer

@Suite("Sealed state")
struct SealTests {
  /// RFC 4231, sections 4.2, 4.3, 4.4 and 4.7.
  @Test("HMAC-SHA-256 gives the published codes")
  func knownCodes() {
    func code(_ key: [UInt8], _ message: [UInt8]) -> String {
      MessageAuthentication.code(over: message, key: key).map { byte in
        let digits = Array("0123456789abcdef")
        return "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }.joined()
    }
    #expect(
      code([UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      code(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      code([UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50))
        == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
    #expect(
      code(
        [UInt8](repeating: 0xAA, count: 131),
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  private static func binding(_ arguments: JSONValue = .emptyObject) -> StateSeal.Binding {
    StateSeal.Binding(principal: "p", method: "tools/call", name: "t", arguments: arguments)
  }

  @Test("a state comes back as it was, and any number of times unless it is for single use")
  func roundTrip() {
    let seal = StateSeal()
    for text in ["", "a", "approve 01…\u{0}", String(repeating: "x", count: 5000)] {
      let sealed = seal.seal(text, isSingleUse: false, for: Self.binding(), at: 5)
      #expect(seal.open(sealed, for: Self.binding(), at: 6) == text)
      #expect(seal.open(sealed, for: Self.binding(), at: 7) == text)
      let once = seal.seal(text, isSingleUse: true, for: Self.binding(), at: 5)
      #expect(seal.open(once, for: Self.binding(), at: 6) == text)
      #expect(seal.open(once, for: Self.binding(), at: 6) == nil)
    }
  }

  @Test("the order of members in the arguments does not matter, their values do")
  func arguments() throws {
    let seal = StateSeal()
    let sealed = seal.seal(
      "s", isSingleUse: false, for: Self.binding(try JSONValue(#"{"a":1,"b":{"c":2,"d":3}}"#)), at: 0)
    #expect(seal.open(sealed, for: Self.binding(try JSONValue(#"{"b":{"d":3,"c":2},"a":1}"#)), at: 0) == "s")
    #expect(seal.open(sealed, for: Self.binding(try JSONValue(#"{"b":{"d":2,"c":3},"a":1}"#)), at: 0) == nil)
  }

  @Test("a full memory of used states refuses rather than forgets")
  func fullMemory() {
    let seal = StateSeal()
    for number in 0..<StateSeal.maximumUsed {
      let sealed = seal.seal("\(number)", isSingleUse: true, for: Self.binding(), at: 0)
      #expect(seal.open(sealed, for: Self.binding(), at: 1) != nil)
    }
    let late = seal.seal("late", isSingleUse: true, for: Self.binding(), at: 2)
    #expect(seal.open(late, for: Self.binding(), at: 3) == nil)
    // The others have expired by then.
    let later = seal.seal("later", isSingleUse: true, for: Self.binding(), at: StateSeal.lifetime)
    #expect(seal.open(later, for: Self.binding(), at: StateSeal.lifetime + 1) == "later")
  }

  @Test(
    "nothing is made of texts that are no seals", arguments: ["", "0", "zz", "00", String(repeating: "0", count: 130)])
  func nonsense(_ text: String) {
    #expect(StateSeal().open(text, for: Self.binding(), at: 0) == nil)
  }
}
