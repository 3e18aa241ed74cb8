import Testing

@testable import Guard

private func decoded(_ text: String, budget: Int = 4096) -> [String] {
  var found: [String] = []
  var left = budget
  Array(text.utf8).withUnsafeBytes { bytes in
    EncodedPayload.decode(bytes, budget: &left) { _, _, output in found.append(String(decoding: output, as: UTF8.self))
    }
  }
  return found
}

@Suite struct EncodedPayloadTests {
  @Test("percent, \\x and \\u escapes are decoded together")
  func escapes() {
    #expect(decoded(#"%69g\x6e\u006fre"#) == ["ignore"])
  }

  @Test("base64 and hexadecimal runs that read as text are handed out")
  func runs() {
    #expect(decoded("see aGVsbG8gdGhlcmUsIGFnZW50 !") == ["hello there, agent"])
    #expect(decoded("68656c6c6f2c206167656e74") == ["hello, agent"])
  }

  @Test("prose, digests and random blobs give nothing")
  func nothing() {
    #expect(decoded("An internationalization-heavy sentence about telecommunications.") == [])
    #expect(decoded("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == [])
    #expect(decoded("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ") == [])
  }

  @Test("nothing is handed out beyond the budget, and cut escapes stay as they are")
  func limits() {
    #expect(decoded("68656c6c6f2c206167656e74", budget: 5) == [])
    #expect(decoded("100%") == [])
    #expect(decoded(#"\u00"#) == [])
  }

  @Test("the gate never hides what decode would find")
  func gate() {
    for text in ["%41%42", "aGVsbG8gdGhlcmUsIGFnZW50", "68656c6c6f2c206167656e74", #"\x41"#] {
      #expect(Array(text.utf8).withUnsafeBytes { EncodedPayload.mayContain($0) })
    }
    #expect(!Array("plain words only".utf8).withUnsafeBytes { EncodedPayload.mayContain($0) })
  }
}
