import Testing

@testable import Guard

enum AddressCases {
  static let all = [metadata, privateAddress, disguised]

  /// 169.254.169.254 in spellings that resolvers and URL parsers take.
  static let spellings = [
    "http://2852039166/latest", "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/", "http://0xa9.0xfe.0xa9.0xfe/",
    "http://169.254.43518/", "http://169.16689662/", "http://425.510.425.510/", "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]:80/", "http://[0:0:0:0:0:ffff:a9fe:a9fe]/", "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/", "http://169.254.169.254.nip.io/", "http://app-169-254-169-254.sslip.io/x",
    "http://a9fea9fe.0a0a0a0a.rbndr.us/", "http://１６９.254.169.254/", "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/",
    "http://169。254。169。254/",
    "http://0xa9.0376.43518/", "http://00000251.0376.169.254/",
  ]

  static let metadata = ValidatorCases(
    name: "metadata_address",
    accepted: spellings + [
      "http://169.254.169.254/latest/meta-data/", "curl 169.254.169.254",
      "http://metadata.google.internal/computeMetadata/v1/",
      "http://METADATA.google.internal./", "http://[fd00:ec2::254]/", "http://[fd00:0ec2:0:0::0254]/",
      "http://100.100.100.200/",
      "http://169.254.170.2/v2/credentials", "http://168.63.129.16/", "http://user:pass@169.254.169.254:80/x",
      #"http:\\169.254.169.254\x"#, "http:///169.254.169.254/", "http://%31%36%39.254.169.254/",
      "http://a@b@169.254.169.254/",
      "http://good.example@169.254.169.254/",
    ],
    refused: [
      "http://169.254.169.253/", "http://8.8.8.8/", "http://example.org/169.254.169.254",
      "http://metadata.example.org/",
      "http://169.254.169.254@example.org/", "version 16.9.254.169", "http://1692541.69254/", "call 2852039166 now",
      "http://",
      "http://[::1]/", "http://[fe80::1]/", "http://10.0.0.1/", "http://notnip.io.example.org/",
    ])

  static let privateAddress = ValidatorCases(
    name: "private_address",
    accepted: [
      "http://10.0.0.7/", "http://172.16.0.1/", "http://172.31.255.255/", "https://192.168.1.1:8443/admin",
      "http://127.0.0.1:8080/", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/",
      "http://localhost/", "http://LOCALHOST:3000", "http://api.localhost/", "http://[::1]/", "http://[::]/",
      "http://[::ffff:10.0.0.1]/", "http://[fd12:3456::1]/", "http://[fe80::1%25eth0]/", "http://0/",
      "http://0.0.0.0:80/",
      "http://100.64.0.1/", "http://169.254.3.4/", "http://lvh.me/", "http://x.localtest.me/",
      "http://10.0.0.1.nip.io/",
      "http://host.docker.internal:2375/", "http://kubernetes.default.svc/", "db.prod.svc.cluster.local",
      "10.1.2.3:5432",
      "http://169.254.169.254/",
    ],
    refused: [
      "http://11.0.0.1/", "http://172.15.0.1/", "http://172.32.0.1/", "http://192.169.0.1/", "http://128.0.0.1/",
      "http://100.128.0.1/", "http://1.1.1.1/", "https://localhost.example.org/", "https://example.org/?next=10.0.0.1",
      "http://[2606:4700::1111]/", "http://mylocalhost/", "version 1.2.3", "http://10.0.0.1@example.org/",
      "http://10.0.0.x/",
      "the port 8080",
    ])

  static let disguised = ValidatorCases(
    name: "disguised_address",
    accepted: spellings + [
      "http://127.1/", "http://0x7f.1/", "http://lvh.me/", "http://[::ffff:7f00:1]/", "http://⑫7.0.0.1/",
    ],
    refused: [
      "http://169.254.169.254/", "http://127.0.0.1/", "http://10.0.0.1:80/", "http://[::1]/", "http://localhost/",
      "http://134744072/", "http://8.8.8.8.nip.io/", "http://0x08080808/", "http://example.org/",
    ])
}

@Suite struct HostAddressTests {
  private func address(_ host: String) -> HostAddress { HostAddress(Array(host.utf8)) }

  @Test("IPv4 in one to four parts of three bases")
  func ipv4() {
    for host in ["1.2.3.4", "1.2.772", "1.131844", "16909060", "0x1020304", "01.02.03.04", "0x1.2.3.0x4"] {
      #expect(address(host).value == .v4(0x0102_0304), "\(host)")
    }
    for host in ["1.2.3.4.5", "1.2.3.g", "1..2", ".1", "a.b"] {
      #expect(address(host).value == .name, "\(host)")
    }
    #expect(!address("1.2.3.4").isDisguised && address("1.2.3.04").isDisguised && address("16909060").isDisguised)
  }

  @Test("IPv6 with and without gap, zone, brackets and an IPv4 tail")
  func ipv6() {
    #expect(address("2001:db8::1").value == .v6([0x2001, 0xDB8, 0, 0, 0, 0, 0, 1]))
    #expect(address("[2001:DB8:0:0:0:0:0:1]").value == .v6([0x2001, 0xDB8, 0, 0, 0, 0, 0, 1]))
    #expect(address("fe80::1%eth0").value == .v6([0xFE80, 0, 0, 0, 0, 0, 0, 1]))
    #expect(address("::").value == .v6([0, 0, 0, 0, 0, 0, 0, 0]))
    #expect(address("2001:db8::1.2.3.4").value == .v6([0x2001, 0xDB8, 0, 0, 0, 0, 0x102, 0x304]))
    for host in ["1:2:3", "::1::2", "1:2:3:4:5:6:7:8:9", "12345::", ":1", "1:", "g::"] {
      #expect(address(host).value == .name, "\(host)")
    }
  }

  @Test("IPv4 inside the transition forms of IPv6")
  func embedded() {
    for host in [
      "::ffff:1.2.3.4", "::1.2.3.4", "::ffff:0:1.2.3.4", "64:ff9b::102:304", "2002:102:304::5",
      "2001:0:5:6:7:8:fefd:fcfb",
      "fe80::5efe:1.2.3.4",
    ] {
      #expect(address(host).value == .v4(0x0102_0304), "\(host)")
      #expect(address(host).isDisguised, "\(host)")
    }
  }

  @Test("names are compared in lower case, without dots at the end")
  func names() {
    #expect(address("ExAmPle.ORG..").name == Array("example.org".utf8))
    #expect(address("ｅｘample。org").name == Array("example.org".utf8))
    #expect(address(String(repeating: "a", count: 1000)).name.count == 255)
  }
}
