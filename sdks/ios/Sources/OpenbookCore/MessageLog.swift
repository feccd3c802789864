import Foundation

/// Messages that wait, on disk: added at the end, taken and removed at the front.
///
/// A segment is a file of records, named by the number of its first one. A record is its length, a check sum,
/// the time and the text; it is on disk when `add` returns. What a process left half-written is cut off when
/// the log is opened; what is removed is one number in a file of its own, replaced as a whole. In memory a
/// message takes its place, not its text. Not safe for several threads or processes.
final class MessageLog {
    struct Entry {
        let number: Int64
        /// Milliseconds since 1970 by the clock of the device.
        let time: Int64
        fileprivate let file: URL
        fileprivate let offset: UInt64
        let size: Int
    }

    private static let head = 8
    private static let timeSize = 8
    private static let segmentSize: UInt64 = 64 * 1024
    private static let longest = 1024 * 1024

    private let folder: URL
    private let mostMessages: Int
    private let mostBytes: Int
    private var entries: [Entry] = []
    /// Entries before this one are gone; the list is shortened now and then, since its front is slow.
    private var front = 0
    private var bytes = 0
    private var removed: Int64 = 0
    private var output: Descriptor?
    private var segment: URL?
    private var segmentEnd: UInt64 = 0

    private(set) var lastNumber: Int64 = 0
    /// Messages that were let go because there were too many.
    private(set) var letGo = 0

    var count: Int { entries.count - front }
    var first: Entry? { front < entries.count ? entries[front] : nil }

    init(folder: URL, mostMessages: Int = 10_000, mostBytes: Int = 10 * 1024 * 1024) throws {
        self.folder = folder
        self.mostMessages = mostMessages
        self.mostBytes = mostBytes
        try ownFolder(folder)
        let known = try? String(contentsOf: removedFile, encoding: .utf8)
        removed = known.flatMap(Self.number) ?? 0
        lastNumber = removed
        for (file, number) in segments() { readSegment(file, from: number) }
        forget(through: removed)
        dropSegments()
    }

    private var removedFile: URL { folder.appendingPathComponent("removed") }

    private func segments() -> [(URL, Int64)] {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "log" }
            .compactMap { file in Self.number(file.deletingPathExtension().lastPathComponent).map { (file, $0) } }
            .sorted { $0.1 < $1.1 }
    }

    /// Nil for what no log of ours has ever come to.
    private static func number(_ text: String) -> Int64? {
        Int64(text).flatMap { (0...1_000_000_000_000_000).contains($0) ? $0 : nil }
    }

    private func readSegment(_ file: URL, from: Int64) {
        guard let content = try? Data(contentsOf: file, options: .alwaysMapped) else { return }
        var number = from - 1
        var good = 0
        while good + Self.head <= content.count {
            let size = Int(content.number(at: good) as UInt32)
            let sum: UInt32 = content.number(at: good + 4)
            let end = good + Self.head + size
            guard size >= Self.timeSize, size <= Self.longest, end <= content.count else { break }
            guard checkSum(content.subdata(in: good + Self.head..<end)) == sum else { break }
            number += 1
            let time: UInt64 = content.number(at: good + Self.head)
            let offset = UInt64(good + Self.head + Self.timeSize)
            append(Entry(number: number, time: Int64(bitPattern: time), file: file, offset: offset, size: size - Self.timeSize))
            good = end
        }
        // What cannot be cut off now is passed over again the next time.
        if good < content.count { _ = truncate(file.path, off_t(good)) }
        // A number is never given twice, even where the end of a segment was lost.
        lastNumber = max(lastNumber, number)
    }

    /// Put a message at the end; on disk when this returns.
    func add(_ text: String, time: Int64) throws {
        var record = Data()
        record.append(number: UInt64(bitPattern: time))
        record.append(contentsOf: text.utf8)
        var framed = Data()
        framed.append(number: UInt32(record.count))
        framed.append(number: checkSum(record))
        framed.append(record)
        let output = try outputFor(size: framed.count)
        let offset = segmentEnd
        do {
            try output.write(framed)
        } catch {
            output.cut(at: offset)
            close()
            throw error
        }
        segmentEnd += UInt64(framed.count)
        lastNumber += 1
        let place = offset + UInt64(Self.head + Self.timeSize)
        append(Entry(number: lastNumber, time: time, file: segment!, offset: place, size: record.count - Self.timeSize))
        while count > mostMessages || bytes > mostBytes, let oldest = first {
            letGo += 1
            remove(through: oldest.number)
        }
    }

    private func append(_ entry: Entry) {
        entries.append(entry)
        bytes += entry.size
    }

    private func outputFor(size: Int) throws -> Descriptor {
        if let output, segmentEnd + UInt64(size) <= Self.segmentSize { return output }
        close()
        // No message is in a file of this name: what may be there was cut off or never whole.
        let file = folder.appendingPathComponent("\(lastNumber + 1).log")
        try? FileManager.default.removeItem(at: file)
        let fresh = try Descriptor(file, O_WRONLY | O_CREAT | O_TRUNC)
        (output, segment, segmentEnd) = (fresh, file, 0)
        return fresh
    }

    /// The oldest messages, as many as one request may carry.
    func peek(_ most: Int, bytes mostBytes: Int) -> [Entry] {
        var found: [Entry] = []
        var size = 0
        for entry in entries[front...].prefix(most) {
            size += entry.size
            if !found.isEmpty && size > mostBytes { break }
            found.append(entry)
        }
        return found
    }

    /// Nil where the message is gone or spoilt; throws where it cannot be read now.
    func read(_ entry: Entry) throws -> String? {
        let before = Self.head - 4 + Self.timeSize
        let file: Descriptor
        do { file = try Descriptor(entry.file, O_RDONLY) } catch POSIXError.ENOENT { return nil }
        let bytes = try file.read(before + entry.size, at: entry.offset - UInt64(before))
        guard bytes.count == before + entry.size else { return nil }
        let sum: UInt32 = bytes.number(at: 0)
        guard checkSum(bytes.dropFirst(4)) == sum else { return nil }
        return String(decoding: bytes.dropFirst(before), as: UTF8.self)
    }

    /// Remove all messages up to this one.
    func remove(through number: Int64) {
        if number <= removed { return }
        removed = number
        forget(through: number)
        // Where this cannot be written, a later process sends some of them again, under the same ids.
        try? replace(removedFile, with: "\(number)")
        dropSegments()
    }

    func clear() {
        close()
        (entries, front, bytes, removed) = ([], 0, 0, lastNumber)
        try? FileManager.default.removeItem(at: folder)
    }

    func close() {
        (output, segment, segmentEnd) = (nil, nil, 0)
    }

    private func forget(through number: Int64) {
        while let oldest = first, oldest.number <= number {
            bytes -= oldest.size
            front += 1
        }
        if front > 1_000 {
            entries.removeFirst(front)
            front = 0
        }
    }

    private func dropSegments() {
        for (file, _) in segments() {
            if file == first?.file || file == segment { return }
            try? FileManager.default.removeItem(at: file)
        }
    }
}

/// Replace a file as a whole: after a power cut it holds the old text or the new one.
func replace(_ file: URL, with text: String) throws {
    let fresh = file.appendingPathExtension("new")
    try ownFolder(file.deletingLastPathComponent())
    try Descriptor(fresh, O_WRONLY | O_CREAT | O_TRUNC).write(Data(text.utf8))
    if rename(fresh.path, file.path) != 0 { throw CocoaError(.fileWriteUnknown) }
}

/// Make a folder of the SDK's own. Not in backups: a restored id would make two phones one.
private func ownFolder(_ folder: URL) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) {
        if isFolder.boolValue { return }
        try FileManager.default.removeItem(at: folder)
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #if !os(Linux)
    var (folder, values) = (folder, URLResourceValues())
    values.isExcludedFromBackup = true
    try? folder.setResourceValues(values)
    #endif
}

/// An open file. Foundation's own ways end the process where a disk is full, or are younger than iOS 13.
final class Descriptor {
    private let number: Int32

    init(_ file: URL, _ flags: Int32) throws {
        number = open(file.path, flags | O_CLOEXEC, 0o600)
        if number < 0 { throw Self.failure() }
    }

    deinit { close(number) }

    /// Write, and wait until it is on disk.
    func write(_ data: Data) throws {
        try data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            var done = 0
            while done < bytes.count {
                let count = systemWrite(number, bytes.baseAddress! + done, bytes.count - done)
                if count < 0 && errno != EINTR { throw Self.failure() }
                done += max(0, count)
            }
        }
        if fsync(number) != 0 { throw Self.failure() }
    }

    /// As many bytes as are there.
    func read(_ size: Int, at offset: UInt64) throws -> Data {
        var found = Data(count: size)
        var done = 0
        while done < size {
            let count = found.withUnsafeMutableBytes { pread(number, $0.baseAddress! + done, size - done, off_t(offset) + off_t(done)) }
            if count < 0 && errno != EINTR { throw Self.failure() }
            if count == 0 { break }
            done += max(0, count)
        }
        return found.prefix(done)
    }

    func cut(at offset: UInt64) { _ = ftruncate(number, off_t(offset)) }

    private static func failure() -> Error { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

/// The system's, whose name a method has as well.
private func systemWrite(_ file: Int32, _ from: UnsafeRawPointer, _ count: Int) -> Int { write(file, from, count) }

extension Data {
    fileprivate func number<T: FixedWidthInteger>(at offset: Int) -> T {
        self[startIndex + offset..<startIndex + offset + MemoryLayout<T>.size].reduce(T(0)) { $0 << 8 | T($1) }
    }

    fileprivate mutating func append<T: FixedWidthInteger>(number: T) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
