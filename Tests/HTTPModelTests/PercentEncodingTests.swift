import HTTPModel
import Testing

struct PercentEncodingTests {
    @Test(arguments: [
        ("a%2Fb", "a/b"), ("%e2%82%ac", "€"), ("a+b", "a+b"), ("", ""), ("%41", "A"),
    ])
    func decodesWhatIsWellFormed(_ sent: String, _ meant: String) {
        #expect(PercentEncoding.decode(sent) == meant)
    }

    @Test(arguments: ["%", "%4", "%zz", "%c0%af", "a%80", "%ED%A0%80"])
    func refusesWhatIsNot(_ sent: String) {
        #expect(PercentEncoding.decode(sent) == nil)
    }

    @Test func encodesAllButTheUnreserved() {
        #expect(PercentEncoding.encode("a b/ü~+") == "a%20b%2F%C3%BC~%2B")
        #expect(PercentEncoding.encode("a/b", keepingSlash: true) == "a/b")
    }

    @Test func readsAQueryInItsOrder() throws {
        let query = try #require(HTTPQuery("list=True&a=1&a=2&empty&x=a+b%3D"))
        #expect(query["list"] == "True")
        #expect(query.items.map(\.value) == ["True", "1", "2", "", "a b="])
        #expect(HTTPQuery("a=%") == nil)
        #expect(HTTPQuery(nil)?.items.isEmpty == true)
    }

    @Test func headersAreFoundInAnyCaseAndEveryTime() {
        var headers: HTTPHeaders = ["Host": "a", "X-Amz-Date": "1", "x-amz-date": "2"]
        #expect(headers["X-AMZ-DATE"] == "1")
        #expect(headers.values(of: "x-amz-Date") == ["1", "2"])
        headers.set("X-Amz-Date", "3")
        #expect(headers.values(of: "x-amz-date") == ["3"])
        // `[` and `{` differ in the bit that tells small letters from capitals.
        #expect(headers["hos{"] == nil && HTTPHeaders([.init("a[", "1")])["a{"] == nil)
    }
}
