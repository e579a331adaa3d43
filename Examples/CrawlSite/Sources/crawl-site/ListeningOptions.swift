import ArgumentParser
import CrawlSiteServer

/// Where to listen, and until when.
struct ListeningOptions: ParsableArguments {
    @Option(help: "The IP address to listen on, or localhost.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 for a free one.")
    var port: UInt16 = 8_808

    @Flag(help: "Also stop when standard input closes, so that the site ends with the process that started it.")
    var untilStdinCloses = false
}

extension ListeningOptions {
    /// The address to listen on.
    var address: ListenAddress { ListenAddress(host: self.host, port: self.port) }
}
