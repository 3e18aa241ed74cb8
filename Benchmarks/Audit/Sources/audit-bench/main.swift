import Audit
import Guard

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// audit-bench [--rows N] [--folder DIR] [--writers N] [--seconds N] [--store-only] [--keep]
//
// The audit store against plain SQLite. Fills a database with N records (1,000,000), copies its rows into plain databases,
// asks the dashboard's questions, and lets processes write to it at once. Times of writing are processor time of the
// process, all its threads; those of questions are by the clock. DIR holds the databases, which are removed at the end.

var rows = 1_000_000
var folder = "/tmp/audit-bench-\(getpid())"
var writers = 8
var seconds = 10
var keeps = false
var comparesPlain = true
var child: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--rows": rows = arguments.popFirst().flatMap { Int($0) } ?? rows
  case "--folder": folder = arguments.popFirst() ?? folder
  case "--writers": writers = arguments.popFirst().flatMap { Int($0) } ?? writers
  case "--seconds": seconds = arguments.popFirst().flatMap { Int($0) } ?? seconds
  case "--store-only": comparesPlain = false
  case "--keep": keeps = true
  case "--child": child = arguments.popFirst()
  default:
    print("audit-bench: unknown option \(argument)")
    exit(64)
  }
}

if let child {
  try ConcurrentWriters.runChild(path: child, seconds: seconds)
  exit(0)
}

mkdir(folder, 0o700)
let path = folder + "/oktsec.db"
let fill = try Filling.run(path: path, rows: rows)
print("the store                            \(fill.text(of: rows))")
if comparesPlain {
  let bare = try PlainCopy.sameRows(from: path, to: folder + "/bare.db", settings: PlainCopy.storeSettings)
  print("plain, the same rows and settings    \(bare.text(of: rows))")
  let standard = try PlainCopy.sameRows(from: path, to: folder + "/standard.db", settings: "")
  print("plain, the same rows, its defaults   \(standard.text(of: rows))")
  let wide = try PlainCopy.run(
    from: path, to: folder + "/wide.db", query: "SELECT * FROM audit_log", table: "audit_log",
    schema: PlainCopy.wideSchema)
  print("plain, audit_log as it is read       \(wide.text(of: rows))")
  let ratios = [bare, standard, wide].map { hundredths($0.processor / fill.processor) }.joined(separator: ", ")
  print("the store's rows per processor second, of each of those: \(ratios)")
}
print()
try Questions.run(path: path)
print()
try ConcurrentWriters.run(path: path, writers: writers, seconds: seconds)
if !keeps {
  for name in ["oktsec.db", "bare.db", "standard.db", "wide.db"] {
    for suffix in ["", "-wal", "-shm", ".audit.key", ".times"] { unlink(folder + "/" + name + suffix) }
  }
  rmdir(folder)
}
