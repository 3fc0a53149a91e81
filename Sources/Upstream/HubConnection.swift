import AsyncHTTPClient
import HubAPI
import JournalCore
import NIOCore
import NIOHTTP1
import SystemIO

/// Asks a hub and waits for its answers: for a thread that may wait, never for one of Swift's pool.
package final class HubConnection: Sendable {
    /// The hub's address as it was given.
    package let address: String
    private let client: HTTPClient
    private let root: String
    private let timeoutSeconds: Int64

    /// Opens nothing yet; each question does.
    ///
    /// - Parameters:
    ///   - address: `http://HOST:PORT` or `https://HOST:PORT`, a path before the hub's own is kept.
    ///   - timeoutSeconds: Longest wait for one answer.
    /// - Throws: `UPS-102`.
    package init(_ address: String, timeoutSeconds: Int64 = 60) throws(UpstreamError) {
        self.address = address
        self.timeoutSeconds = timeoutSeconds
        root = address.hasSuffix("/") ? String(address.dropLast()) : address
        let isHTTP = address.hasPrefix("http://") || address.hasPrefix("https://")
        guard isHTTP, !address.contains("?"), !address.contains("#"), !address.contains("@"),
            (try? HTTPClient.Request(url: root)) != nil
        else {
            throw UpstreamError(
                .badAddress, at: address, "it is no address of a hub", "Give it as http://HOST:PORT.")
        }
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(min(timeoutSeconds, 10))
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes what is open. Nothing may be asked afterwards.
    package func close() { try? client.syncShutdown() }

    /// How far the hub holds the journal of a line.
    package func head(_ line: String) throws(UpstreamError) -> HubHead {
        try head(of: try ask(.head(line: line)), line)
    }

    /// Bytes of a line's journal from `offset` on, as the hub holds them; fewer, or none, behind its last.
    package func read(
        _ line: String, at offset: UInt64, count: Int
    ) throws(UpstreamError) -> [UInt8] {
        try ask(.read(line: line, offset: offset, count: count))
    }

    /// Sends lines.
    ///
    /// - Parameter token: The one-time token that allows a new journal.
    /// - Returns: How far the hub holds the journal now.
    package func append(
        _ batch: JournalBatch, line: String, token: String? = nil
    ) throws(UpstreamError) -> HubHead {
        let request = HubRequest.append(line: line, offset: batch.offset, previous: batch.previous)
        return try head(of: try ask(request, body: batch.bytes, token: token), line)
    }

    private func head(of body: [UInt8], _ line: String) throws(UpstreamError) -> HubHead {
        guard let head = HubHead(body, line: line) else { throw notAHub("its answer is no head of \(line)") }
        return head
    }

    private func notAHub(_ text: String) -> UpstreamError {
        UpstreamError(.notAHub, at: address, text, "See that this is the address of a hub.")
    }

    // MARK: - HTTP

    private func ask(
        _ request: HubRequest, body: [UInt8]? = nil, token: String? = nil
    ) throws(UpstreamError) -> [UInt8] {
        let (method, target) = request.text
        var headers = HTTPHeaders([("Accept-Encoding", "deflate")])
        if let token { headers.add(name: HubRequest.tokenHeader, value: token) }
        var content: HTTPClient.Body?
        if let body {
            headers.add(name: "Content-Type", value: "application/x-ndjson")
            headers.add(name: "Content-Encoding", value: "deflate")
            content = .bytes(Deflate.packed(body))
        }
        let (status, coding, bytes) = try send(method, target, headers, content)
        guard
            let plain = coding == "deflate"
                ? Deflate.unpacked(bytes, maxBytes: HubRequest.maxUnpackedBytes) : bytes
        else { throw notAHub("its answer cannot be unpacked") }
        if (200..<300).contains(status) { return plain }
        guard let problem = HubProblem(plain, status: status) else {
            throw status >= 500
                ? unreachable("it answers with status \(status)")
                : notAHub("it answers with status \(status)")
        }
        throw UpstreamError(problem, at: address)
    }

    private func send(
        _ method: String, _ target: String, _ headers: HTTPHeaders, _ body: HTTPClient.Body?
    ) throws(UpstreamError) -> (status: Int, coding: String?, body: [UInt8]) {
        do {
            let request = try HTTPClient.Request(
                url: root + target, method: HTTPMethod(rawValue: method), headers: headers, body: body)
            let answer = try client.execute(
                request: request,
                delegate: ResponseAccumulator(request: request, maxBodySize: HubRequest.maxBodyBytes),
                deadline: .now() + .seconds(timeoutSeconds)
            ).futureResult.wait()
            return (
                Int(answer.status.code), answer.headers.first(name: "Content-Encoding"),
                answer.body.map { Array($0.readableBytesView) } ?? []
            )
        } catch is ResponseAccumulator.ResponseTooBigError {
            throw notAHub("its answer is longer than any of a hub")
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw unreachable("no answer in \(timeoutSeconds) s")
        } catch {
            throw unreachable("\(error)")
        }
    }

    private func unreachable(_ text: String) -> UpstreamError {
        UpstreamError(
            .unreachable, at: address, text,
            "See that the hub runs and the network reaches it; nothing is lost, ask again later.")
    }
}
