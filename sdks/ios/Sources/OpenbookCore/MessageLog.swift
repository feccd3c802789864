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
    private var output: FileHandle?
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
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let known = try? String(contentsOf: removedFile, encoding: .utf8)
        removed = known.flatMap { Int64($0) } ?? 0
        lastNumber = removed
        for (file, number) in segments() { readSegment(file, from: number) }
        forget(through: removed)
        dropSegments()
    }

    private var removedFile: URL { folder.appendingPathComponent("removed") }

    private func segments() -> [(URL, Int64)] {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "log" }
            .compactMap { file in Int64(file.deletingPathExtension().lastPathComponent).map { (file, $0) } }
            .sorted { $0.1 < $1.1 }
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
        if good < content.count, let handle = try? FileHandle(forUpdating: file) {
            handle.truncateFile(atOffset: UInt64(good))
            handle.closeFile()
        }
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
        let handle = try handleFor(size: framed.count)
        let offset = segmentEnd
        do {
            try handle.writeAll(framed)
        } catch {
            handle.truncateFile(atOffset: offset)
            close()
            throw error
        }
        segmentEnd += UInt64(framed.count)
        lastNumber += 1
        let place = offset + UInt64(Self.head + Self.timeSize)
        append(Entry(number: lastNumber, time: time, file: segment!, offset: place, size: record.count - Self.timeSize))
        while count > mostMessages || bytes > mostBytes, let oldest = first {
            letGo += 1
            try remove(through: oldest.number)
        }
    }

    private func append(_ entry: Entry) {
        entries.append(entry)
        bytes += entry.size
    }

    private func handleFor(size: Int) throws -> FileHandle {
        if let output, segmentEnd + UInt64(size) <= Self.segmentSize { return output }
        close()
        let file = folder.appendingPathComponent("\(lastNumber + 1).log")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        (output, segment, segmentEnd) = (handle, file, 0)
        return handle
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

    func read(_ entry: Entry) throws -> String {
        let handle = try FileHandle(forReadingFrom: entry.file)
        defer { handle.closeFile() }
        handle.seek(toFileOffset: entry.offset)
        return String(decoding: handle.readData(ofLength: entry.size), as: UTF8.self)
    }

    /// Remove all messages up to this one.
    func remove(through number: Int64) throws {
        if number <= removed { return }
        removed = number
        try replace(removedFile, with: "\(number)")
        forget(through: number)
        dropSegments()
    }

    func clear() {
        close()
        (entries, front, bytes, removed) = ([], 0, 0, lastNumber)
        try? FileManager.default.removeItem(at: folder)
    }

    func close() {
        output?.closeFile()
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
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: fresh)
    let handle = try FileHandle(forWritingTo: fresh)
    try handle.writeAll(Data(text.utf8))
    handle.closeFile()
    if rename(fresh.path, file.path) != 0 { throw CocoaError(.fileWriteUnknown) }
}

extension FileHandle {
    /// Write, and wait until it is on disk. Foundation's older ways end the process where a disk is full.
    fileprivate func writeAll(_ data: Data) throws {
        try write(contentsOf: data)
        try synchronize()
    }
}

extension Data {
    fileprivate func number<T: FixedWidthInteger>(at offset: Int) -> T {
        self[startIndex + offset..<startIndex + offset + MemoryLayout<T>.size].reduce(T(0)) { $0 << 8 | T($1) }
    }

    fileprivate mutating func append<T: FixedWidthInteger>(number: T) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
