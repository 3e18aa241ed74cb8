/// Typed, unowned views of compiled tables. Only `TableReader` makes one, after it has checked every index in them;
/// so the scan may follow them without further checks.
struct Tables {
  var bytes: UnsafeRawBufferPointer
  var header: TableHeader

  var symbolMap: UnsafePointer<UInt8>
  var literalEntries: UnsafePointer<UInt32>
  var literalPairs: UnsafePointer<UInt32>
  var reportOfState: UnsafePointer<UInt16>
  var reportIndex: UnsafePointer<UInt32>
  var reports: UnsafePointer<UInt16>
  /// Lists in `reportIndex`.
  var listCount: Int
  var setCount: Int
  var rarestIndex: UnsafePointer<UInt32>
  var rarestPatterns: UnsafePointer<UInt16>
  var wordIndex: UnsafePointer<UInt32>
  var wordPatterns: UnsafePointer<UInt16>
  var requirements: UnsafePointer<UInt16>
  var patterns: UnsafeBufferPointer<PatternRecord>
  var unkeyedPatterns: UnsafeBufferPointer<UInt16>
  var programs: UnsafePointer<ProgramRecord>
  var operations: UnsafePointer<OperationRecord>
  var branches: UnsafePointer<UInt32>
  var windows: UnsafePointer<WindowRecord>
  var byteSets: UnsafePointer<ByteSetRecord>
  var segments: UnsafePointer<SegmentRecord>
  var classMaps: UnsafePointer<UInt8>
  var kindOffsets: UnsafePointer<UInt16>
  var entries: UnsafePointer<UInt32>
  var defaults: UnsafePointer<UInt32>
}
