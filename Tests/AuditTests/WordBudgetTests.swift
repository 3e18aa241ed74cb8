import Guard
import Testing

@testable import Audit

@Suite struct WordBudgetTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test("words of peers that stand in the dictionary are used from it, however many sessions one store has seen")
  func budget() throws {
    let store = try AuditStore.open(path: folder.file())
    for number in 0..<45_000 {
      var entry = entry(number, session: "session-\(number)")
      entry.tool = "tool-\(number % 60)"
      #expect(store.enqueue(entry, mayWait: true) == .queued)
    }
    #expect(store.close(withinMilliseconds: 60_000).isComplete)
    #expect(try rows(folder.file(), "SELECT count(*) FROM record WHERE typeof(tool) = 'text'") == [["0"]])
  }
}
