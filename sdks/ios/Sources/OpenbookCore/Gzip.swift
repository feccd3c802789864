import Foundation

#if canImport(Compression)
import Compression
#else
import CZlib
#endif

/// The bytes in gzip's format; nil where they cannot be packed, and are sent as they are.
func gzip(_ data: Data) -> Data? {
    guard let deflated = deflate(data) else { return nil }
    var packed = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
    packed.append(deflated)
    for number in [checkSum(data), UInt32(truncatingIfNeeded: data.count)] {
        withUnsafeBytes(of: number.littleEndian) { packed.append(contentsOf: $0) }
    }
    return packed
}

#if canImport(Compression)
private func deflate(_ data: Data) -> Data? {
    var room = Data(count: data.count + 1024)
    let written = room.withUnsafeMutableBytes { to in
        data.withUnsafeBytes { from in
            compression_encode_buffer(
                to.bindMemory(to: UInt8.self).baseAddress!, to.count,
                from.bindMemory(to: UInt8.self).baseAddress!, from.count, nil, COMPRESSION_ZLIB)
        }
    }
    return written > 0 ? room.prefix(written) : nil
}
#else
private func deflate(_ data: Data) -> Data? {
    var size = compressBound(uLong(data.count))
    var room = Data(count: Int(size))
    let status = room.withUnsafeMutableBytes { to in
        data.withUnsafeBytes { from in
            compress(to.bindMemory(to: UInt8.self).baseAddress, &size,
                     from.bindMemory(to: UInt8.self).baseAddress, uLong(data.count))
        }
    }
    // Two bytes before and four behind are zlib's own frame.
    return status == Z_OK && size > 6 ? room.subdata(in: 2..<Int(size) - 4) : nil
}
#endif

/// CRC-32 as gzip and the queue on disk use it.
func checkSum(_ data: Data) -> UInt32 {
    var sum: UInt32 = 0xffff_ffff
    for byte in data { sum = table[Int((sum ^ UInt32(byte)) & 0xff)] ^ (sum >> 8) }
    return ~sum
}

private let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { sum, _ in sum & 1 == 1 ? 0xedb8_8320 ^ (sum >> 1) : sum >> 1 }
}
