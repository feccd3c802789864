import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The real world: one line of work for the engine, which is never the main one, and the system's network.
///
/// `host` is scheme and host of the server, without a slash at the end.
public final class World: Surroundings {
    private static let timeout: TimeInterval = 20
    private static let small = 1_000
    private static let longestAnswer = 64 * 1024

    private let host: String
    private let line = DispatchQueue(label: "openbook", qos: .utility)
    private let session: URLSession

    public init(host: String) {
        self.host = host
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.timeout
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        session = URLSession(configuration: configuration)
    }

    public func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    public func elapsed() -> Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }

    public func chance() -> Double { Double.random(in: 0..<1) }

    /// Do this in the engine's line of work.
    public func run(_ task: @escaping () -> Void) { line.async(execute: task) }

    public func after(_ milliseconds: Int64, _ task: @escaping () -> Void) -> () -> Void {
        let item = DispatchWorkItem(block: task)
        line.asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds)), execute: item)
        return { item.cancel() }
    }

    public func send(_ request: Request, answered: @escaping (Answer?) -> Void) {
        guard let address = URL(string: host + request.path) else { return run { answered(nil) } }
        var wanted = URLRequest(url: address)
        if let body = request.body { post(&wanted, Data(body.utf8)) }
        session.dataTask(with: wanted) { [line] data, response, _ in
            let known = (response as? HTTPURLResponse).map { response in
                Answer(
                    status: response.statusCode,
                    retryAfter: response.allHeaderFields.first { "\($0.key)".lowercased() == "retry-after" }.map { "\($0.value)" },
                    body: String(decoding: (data ?? Data()).prefix(Self.longestAnswer), as: UTF8.self))
            }
            line.async { answered(known) }
        }.resume()
    }

    private func post(_ request: inout URLRequest, _ body: Data) {
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if body.count > Self.small, let packed = gzip(body) {
            request.setValue("gzip", forHTTPHeaderField: "Content-Encoding")
            request.httpBody = packed
        } else {
            request.httpBody = body
        }
    }

    public func stop() { session.invalidateAndCancel() }
}
