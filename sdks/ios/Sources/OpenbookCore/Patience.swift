import Foundation

/// How long to wait after failures: twice as long each time, and the whole of it by chance.
struct Patience {
    static let first: Int64 = 1_000
    static let longest: Int64 = 300_000
    static let day: Int64 = 86_400_000

    private let chance: () -> Double
    private var failures = 0

    init(chance: @escaping () -> Double) {
        self.chance = chance
    }

    mutating func succeed() {
        failures = 0
    }

    /// Milliseconds until the next attempt, beside what the server asked for.
    mutating func fail() -> Int64 {
        let longest = min(Self.longest, Self.first << min(failures, 20))
        failures += 1
        return Int64(Double(longest) * (1 - chance()))
    }

    /// Milliseconds that `Retry-After` asks for, in seconds or as a date; a day at most.
    static func asked(_ header: String?, now: Int64) -> Int64 {
        let text = header?.trimmingCharacters(in: .whitespaces) ?? ""
        let asked = Int64(text).map { $0.multipliedReportingOverflow(by: 1000).partialValue } ?? date(text).map { $0 - now } ?? 0
        return max(0, min(day, asked))
    }

    private static func date(_ text: String) -> Int64? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: text).map { Int64($0.timeIntervalSince1970 * 1000) }
    }
}

/// ISO 8601 in UTC, with milliseconds.
func iso(_ time: Int64) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"
    return format.string(from: Date(timeIntervalSince1970: Double(time) / 1000))
}
