import Testing

@testable import HTTPAdapter

@Suite struct NetworkAddressTests {
  @Test(
    "addresses that are not public are known as such",
    arguments: [
      "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.0.1",
      "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
      "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
      "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
      "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::1",
      "2002:808:808::1", "3fff::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1", "5f00::1",
      "fe80::5efe:7f00:1",
    ])
  func special(_ text: String) throws {
    #expect(try #require(NetworkAddress(text)).kind == .special)
  }

  @Test(
    "public addresses are known as such",
    arguments: [
      "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
      "198.17.255.255", "198.20.0.1", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700::1111",
      "2001:4860:4860::8888", "2001:200::1", "2a00::1", "3ffe::1",
    ])
  func isPublic(_ text: String) throws {
    #expect(try #require(NetworkAddress(text)).kind == .public)
  }

  @Test(
    "metadata services are known in every form that reaches them",
    arguments: [
      "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "::ffff:169.254.169.254",
      "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::a9fe:a9fe", "fd00:ec2::254", "fd20:ce::254",
    ])
  func metadata(_ text: String) throws {
    #expect(try #require(NetworkAddress(text)).kind == .metadata)
  }

  @Test("a mapped address is the IPv4 address that it reaches")
  func mapped() throws {
    #expect(try #require(NetworkAddress("::ffff:1.2.3.4")).text == "1.2.3.4")
    #expect(try #require(NetworkAddress("2001:4860::8888")).text == "2001:4860::8888")
  }

  @Test("other spellings are no address", arguments: ["127.1", "0x7f.0.0.1", "2130706433", "[::1]", "", "1.2.3.4 "])
  func otherSpellings(_ text: String) {
    #expect(NetworkAddress(text) == nil)
  }
}

@Suite struct TargetURLTests {
  @Test("a URL is taken apart, its host in lower case everywhere")
  func parts() throws {
    let url = try #require(TargetURL("HTTPS://Hooks.Example.COM/A?B=C"))
    #expect(url.text == "https://hooks.example.com/A?B=C")
    #expect(url.host == "hooks.example.com" && url.port == 443 && url.isTLS)
    let local = try #require(TargetURL("http://[::1]:8080"))
    #expect(local.host == "::1" && local.port == 8080 && !local.isTLS)
  }

  @Test(
    "what two readers could read differently is refused",
    arguments: [
      "ftp://a", "http://", "http://user@host/", "http://a\\b/", "http://a%62c/", "http://a b/", "http://h/#f",
      "http://[::1", "http://[zz]/", "http://h:0/", "http://h:70000/", "http://h:/", "http://h:1:2/", "http://hö/",
    ])
  func refused(_ text: String) {
    #expect(TargetURL(text) == nil)
  }

  @Test("only an address that is written as private is plainly private")
  func plainlyPrivate() throws {
    for text in ["http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/"] {
      #expect(try #require(TargetURL(text)).isPlainlyPrivate)
    }
    for text in ["http://8.8.8.8/", "http://intranet/", "http://169.254.169.254/", "http://2130706433/"] {
      #expect(try !#require(TargetURL(text)).isPlainlyPrivate)
    }
  }
}
