import Testing

@testable import Guard

@Suite struct Base64AlphabetTests {
  @Test("no byte but those of the alphabet is taken for a character, at any place")
  func alphabet() {
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for place in 0..<4 {
      for byte in UInt8.min ... .max {
        var text = Array("AAAA".utf8)
        text[place] = byte
        var bytes = [UInt8](repeating: 0, count: 3)
        let isTaken = text.withUnsafeBytes { text in
          bytes.withUnsafeMutableBytes { CanonicalBase64.decode(text, into: $0) }
        }
        #expect(isTaken == alphabet.contains(byte), "\(byte) at \(place)")
      }
    }
  }
}
