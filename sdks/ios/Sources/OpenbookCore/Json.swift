import Foundation

/// JSON as text. Whatever an app hands over becomes something: what JSON does not know is described.
enum Json {
    static func write(_ value: Any) -> String {
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .withoutEscapingSlashes, .sortedKeys]
        let data = try? JSONSerialization.data(withJSONObject: clean(value), options: options)
        return data.flatMap { String(data: $0, encoding: .utf8) } ?? "null"
    }

    /// Nil where the text is no JSON.
    static func read(_ text: String) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
    }

    /// JSONSerialization ends the process over what it cannot write.
    private static func clean(_ value: Any, depth: Int = 0) -> Any {
        if depth > 32 { return NSNull() }
        switch value {
        case let map as [String: Any]: return map.mapValues { clean($0, depth: depth + 1) }
        case let list as [Any]: return list.map { clean($0, depth: depth + 1) }
        case let number as Double where !number.isFinite: return NSNull()
        case let number as Float where !number.isFinite: return NSNull()
        case is String, is NSNumber, is NSNull: return value
        case let optional as Any? where optional == nil: return NSNull()
        default:
            if let number = value as? any BinaryInteger { return NSNumber(value: Int64(truncatingIfNeeded: number)) }
            return String(describing: value)
        }
    }
}
