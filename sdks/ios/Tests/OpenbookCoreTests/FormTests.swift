import XCTest

@testable import OpenbookCore

final class FormTests: XCTestCase {
    func testWhateverAnAppHandsOverBecomesJson() {
        let odd: [String: Any] = ["nan": Double.nan, "date": Date(timeIntervalSince1970: 0), "url": URL(string: "https://a.b/c")!,
                                  "list": [1, "two", Float.infinity], "whole": 3, "true": true, "slash": "a/b"]
        let text = Json.write(odd)
        let back = Json.read(text) as? [String: Any]
        XCTAssertTrue(back?["nan"] is NSNull)
        XCTAssertEqual(back?["url"] as? String, "https://a.b/c")
        XCTAssertTrue(text.contains("\"slash\":\"a/b\"") && text.contains("\"whole\":3") && text.contains("\"true\":true"), text)
    }

    func testAWaitThatIsAskedForIsReadInSecondsAndAsADate() {
        for (header, milliseconds) in [("30", 30_000), ("0", 0), ("-5", 0), ("999999999", 86_400_000), ("soon", 0),
                                       ("Thu, 01 Jan 1970 00:01:00 GMT", 60_000)] as [(String, Int64)] {
            XCTAssertEqual(Patience.asked(header, now: 0), milliseconds, header)
        }
    }

    func testACheckSumIsTheOneOfGzip() {
        XCTAssertEqual(checkSum(Data("123456789".utf8)), 0xcbf4_3926)
    }
}
