import TaskBrokerCLI

/// `taskctl`: every command of TaskBroker, with the sample app.
@main
struct Taskctl {
    static func main() async {
        await CommandTree("taskctl", commands: [CrawlCommand.self]) { environment in
            try SampleApp.make(environment)
        }
        .main()
    }
}
