import JSONRPC
import Testing

@Suite struct DuplicateMemberTests {
  @Test(
    "the same name twice in one object is seen, whatever its spelling",
    arguments: [
      #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\u006a":1,"\u006A":2}"#, #"{"":1,"":2}"#,
      #"{"a/b":1,"a\/b":2}"#, #"{"\n":1,"\u000a":2}"#, #"{"😀":1,"\ud83d\ude00":2}"#, #"{"x":{"a":1,"b":2,"a":3}}"#,
      #"[0,{"a":{},"b":[],"a":{}}]"#, #"{"a":{"b":1},"a":{"c":1}}"#, #"{"a":{"x":1,"y":2},"b":1,"a":0}"#,
      #"{"\ud800":1,"\udfff":2}"#,
    ])
  func duplicates(text: String) throws {
    #expect(try hasDuplicate(text))
  }

  @Test(
    "different names, and the same name in different objects, are no duplicates",
    arguments: [
      #"{"a":1,"A":2}"#, #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":2}]"#, #"{"a":"a","b":"a"}"#,
      #"{"x":{"a":1},"y":{"a":1}}"#,
      #"{"a":1,"a ":2,"a\u0000":3}"#, #"{"é":1,"e\u0301":2}"#, #"{"K":1,"\u212a":2}"#, #"{"a":["a","a"]}"#,
      #"{"\\u0061":1,"a":2}"#, #"{"x":{"b":1},"b":2}"#,
    ])
  func noDuplicates(text: String) throws {
    #expect(try !hasDuplicate(text))
  }

  @Test("any two places of a large object", arguments: [2, 15, 16, 17, 18, 31, 32, 33, 64, 65, 1500])
  func largeObjects(count: Int) throws {
    func text(_ names: [String]) -> String { "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
    let names = (0..<count).map { "name\($0)" }
    #expect(try !hasDuplicate(text(names)))
    for (first, second) in [(0, count - 1), (count / 2, count - 1), (0, count / 2), (count - 2, count - 1)]
    where first != second {
      var doubled = names
      doubled[second] = doubled[first]
      #expect(try hasDuplicate(text(doubled)))
      doubled[second] = "\\u006e" + doubled[first].dropFirst()
      #expect(try hasDuplicate(text(doubled)))
    }
    #expect(try hasDuplicate(text(names + [names[0]])))
  }

  @Test("an object that holds objects remembers its own names", arguments: [3, 17, 100, 1200])
  func nestedObjects(count: Int) throws {
    func text(last: String) -> String {
      let members = (0..<count).map { "\"n\($0)\":{\"a\":1,\"n\($0 + 1)\":{\"n\(count)\":[{\"a\":2}]}}" }
      return "{" + members.joined(separator: ",") + ",\"\(last)\":0}"
    }
    #expect(try !hasDuplicate(text(last: "n\(count)")))
    #expect(try hasDuplicate(text(last: "n0")))
    #expect(try hasDuplicate(text(last: "n\(count - 1)")))
    #expect(try hasDuplicate(text(last: "n\(count / 2)")))
  }

  @Test("random objects: the answer is that of a set", arguments: UInt64(1)...4)
  func model(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    for _ in 0..<100 {
      let count = generator.random.below(200)
      // Pools of about count² / 2 names make duplicates about as likely as not.
      let names = (0..<count).map { _ in "k\(generator.random.below(max(1, count * count / 2)))é" }
      var text: [UInt8] = [0x7B]
      for (index, name) in names.enumerated() {
        if index > 0 { text.append(0x2C) }
        generator.spellString(name, &text)
        text += Array(":[{\"k\":1}]".utf8)
      }
      text.append(0x7D)
      #expect(try scan(text).get().duplicateMember == (Set(names).count != names.count))
    }
  }
}
