import ArgumentParser
import AsyncHTTPClient
import ControlAPI
import GS1
import JSONText
import NIOCore
import SystemIO

/// How a client command finds the daemon.
struct ClientOptions: ParsableArguments {
    @Option(help: "Path of the control socket. Else SERIATIM_SOCKET, else the one of --config.")
    var socket: String?

    @Option(help: "Configuration of the line, to find its control socket.")
    var config: String?

    @Flag(help: "JSON for programs.")
    var json = false

    /// Sends a request and reads its answer.
    func ask<Answer: ControlPayload>(_ request: ControlRequest) async throws -> Answer {
        try await ControlClient(socket: try path()).ask(request)
    }

    /// Sends a command and prints what was done.
    func tell(_ request: ControlRequest) async throws {
        let answer: DoneAnswer = try await prove(request)
        json ? Output.json(answer) : Output.line(answer.text)
    }

    func path() throws -> String {
        if let socket { return socket }
        if let config { return try ConfigFile.controlSocket(config) }
        if let named = EnvironmentValue.of("SERIATIM_SOCKET"), !named.isEmpty { return named }
        throw CommandFailure(
            "CLI-101 --socket: no daemon is named. Give --socket or --config, or set SERIATIM_SOCKET.",
            status: 64)
    }
}

/// Asks a daemon over its control socket.
struct ControlClient {
    /// Largest answer read.
    static let maxAnswerBytes = 64 << 20
    /// Longest wait: a pool of a million serials is read, kept and synced meanwhile.
    static let timeoutSeconds: Int64 = 120

    let socket: String

    /// - Parameter proof: Who asks, beside the Unix account.
    func ask<Answer: ControlPayload>(
        _ request: ControlRequest, _ proof: Proof = Proof()
    ) async throws -> Answer {
        let (status, body) = try await send(request, proof)
        let limits = JSONLimits(maxBytes: Self.maxAnswerBytes, maxDepth: 16)
        do throws(ControlFault) {
            guard (200..<300).contains(status) else {
                var fault = try ControlFault.decode(body, limits: limits, strict: false)
                fault.status = status
                throw fault
            }
            return try Answer.decode(body, limits: limits, strict: false)
        } catch {
            throw CommandFailure(error, at: socket)
        }
    }

    private func send(_ request: ControlRequest, _ proof: Proof) async throws -> (status: Int, body: [UInt8])
    {
        try ConnectionFailure.check(path: socket)
        var configuration = HTTPClient.Configuration()
        // A daemon that is down is said at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let reply = try await client.execute(
                message(request, proof), timeout: .seconds(Self.timeoutSeconds))
            let body = try await reply.body.collect(upTo: Self.maxAnswerBytes)
            try await client.shutdown()
            return (Int(reply.status.code), Array(body.readableBytesView))
        } catch {
            try? await client.shutdown()
            if FileMode.forbidsWriting(socket) {
                throw CommandFailure(
                    "CLI-103 \(socket): your account may not use this line. "
                        + "Have the site's IT add it to the socket's group.", status: 77)
            }
            throw ConnectionFailure(socket: socket, error: error).failure
        }
    }

    private func message(_ request: ControlRequest, _ proof: Proof) -> HTTPClientRequest {
        var message = HTTPClientRequest(
            url: "http+unix://\(PercentEncoding.escaped(socket))\(request.path)")
        message.method = .RAW(value: request.method)
        message.headers.add(name: "content-type", value: "application/json")
        for header in proof.headers { message.headers.add(name: header.name, value: header.value) }
        if !request.body.isEmpty { message.body = .bytes(ByteBuffer(bytes: request.body)) }
        return message
    }
}
