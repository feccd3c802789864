import Foundation

/// The world as the engine sees it: a clock, a place to wait, a network. Tests bring their own.
public protocol Surroundings: AnyObject {
    /// Milliseconds since 1970 by the device's clock, which anybody may set to anything.
    func now() -> Int64

    /// Milliseconds that only go on.
    func elapsed() -> Int64

    /// Run this after so many milliseconds, in the one line of work that the engine has. The answer calls it off.
    func after(_ milliseconds: Int64, _ task: @escaping () -> Void) -> () -> Void

    /// Send a request; `answered` is called in the engine's line of work, with nil where no answer came.
    func send(_ request: Request, answered: @escaping (Answer?) -> Void)

    /// By how much of itself a wait is shortened: from 0 to 1, at random.
    func chance() -> Double
}

/// A GET where `body` is nil, else a POST of JSON.
public struct Request {
    public let path: String
    public let body: String?
}

public struct Answer {
    public let status: Int
    public let retryAfter: String?
    public let body: String

    public init(status: Int, retryAfter: String?, body: String) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}
