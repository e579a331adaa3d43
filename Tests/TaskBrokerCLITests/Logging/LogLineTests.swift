import CeleryProtocol
import Logging
import Testing

@testable import TaskBrokerCLI

struct LogLineTests {
    private let time = Timestamp(microseconds: 1_800_000_000_123_456)

    private func line(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogLine {
        LogLine(time: self.time, level: .info, message: message, metadata: metadata)
    }

    @Test func `text looks like Celery's`() throws {
        let text = self.line("task succeeded", ["task_id": "4", "runtime": "1 s"]).rendered(
            .text,
            Palette(isColored: false)
        )
        // The time of day depends on the time zone of the machine.
        let pattern = #/\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,123: INFO/worker\] task succeeded runtime="1 s" task_id=4\n/#
        #expect(try pattern.wholeMatch(in: text) != nil)
    }

    @Test func `JSON is one object a line, whose members nobody can replace`() throws {
        let text = self.line("hello", ["level": "fake", "n": "1"]).rendered(.json, Palette(isColored: true))
        #expect(text.hasSuffix("\n"))
        let value = try JSONValue(parsing: text)
        #expect(value["level"] == "info")
        #expect(value["time"] == "2027-01-15T08:00:00.123456+00:00")
        #expect(value["message"] == "hello")
        #expect(value["metadata"] == ["level": "fake", "n": "1"])
    }

    @Test(arguments: LogFormat.allCases)
    func `nobody can begin a line of a log or move a cursor`(format: LogFormat) {
        let evil = "x\r\n[2026-01-01 00:00:00,000: INFO/worker] forged\u{1B}[2J\u{202E}\u{9B}"
        let metadata: Logger.Metadata = ["k\ney": "\(evil)", "list": ["\(evil)"], "object": ["\(evil)": "\(evil)"]]
        let text = self.line(evil, metadata).rendered(format, Palette(isColored: false))
        #expect(text.count { $0.isNewline } == 1)
        #expect(text.utf8.dropLast().allSatisfy { 0x20..<0x7F ~= $0 })
    }

    @Test func `held lines wait until the log is opened, and are lost otherwise`() {
        let stream = OutputStream()
        let sink = LogSink.stream(stream, isHeld: true)
        sink.write("one\n")
        #expect(stream.contents.isEmpty)
        sink.open()
        sink.write("two\n")
        #expect(stream.contents == "one\ntwo\n")
    }

    @Test func `the handler merges metadata, the event's own first`() {
        let stream = OutputStream()
        var logger = LogSettings(level: .info, format: .json).logger(writingTo: .stream(stream))
        logger[metadataKey: "worker"] = "w"
        logger[metadataKey: "task"] = "old"
        logger.debug("left out")
        logger.warning("kept", metadata: ["task": "new"])
        #expect(stream.contents.contains("\"metadata\": {\"task\": \"new\", \"worker\": \"w\"}"))
        #expect(!stream.contents.contains("left out"))
    }
}
