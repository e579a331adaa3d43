import TaskBroker
import Testing

/// The same decisions as Celery's.
struct RouterCeleryTests {
    /// What Celery 5.7.0 publishes to, as "exchange|routing key"; `nil` for its `QueueNotFound`. Computed once, for
    /// the queues and routes below:
    ///
    /// ```python
    /// options = app.amqp.router.route(options, "t")
    /// app.amqp.send_task_message(recording_producer, "t", ({}, {}, b"", None), **options)
    /// ```
    @Test(arguments: [
        Row(options: RouteTarget(), sentTo: "|celery"),
        Row(options: RouteTarget(queue: "mail"), sentTo: "|mail"),
        Row(options: RouteTarget(queue: "fresh"), sentTo: "|fresh"),
        Row(options: RouteTarget(queue: "fresh"), createsMissingQueues: false),
        Row(options: RouteTarget(queue: "images"), sentTo: "media|media.image.#"),
        Row(options: RouteTarget(queue: "images", routingKey: "media.image.png"), sentTo: "media|media.image.png"),
        Row(options: RouteTarget(queue: "news"), sentTo: "news|celery"),
        Row(options: RouteTarget(exchange: "tasks", routingKey: "mail.send"), sentTo: "tasks|mail.send"),
        Row(options: RouteTarget(exchange: "media", routingKey: "media.image.png"), sentTo: "media|media.image.png"),
        Row(options: RouteTarget(exchange: "other", routingKey: "k"), sentTo: "other|k"),
        Row(options: RouteTarget(queue: "mail", exchange: "tasks"), sentTo: "|mail"),
        Row(options: RouteTarget(queue: "mail", routingKey: "mail.send"), sentTo: "|mail"),
        Row(options: RouteTarget(queue: "mail", exchange: "tasks", routingKey: "mail.send"), sentTo: "tasks|mail.send"),
        Row(
            options: RouteTarget(queue: "images", exchange: "tasks", routingKey: "mail.send"),
            sentTo: "tasks|mail.send"
        ),
        Row(options: RouteTarget(routingKey: "mail.send"), sentTo: "|celery"),
        Row(options: RouteTarget(exchange: "", routingKey: "fresh"), sentTo: "|celery"),
        Row(
            options: RouteTarget(exchange: "tasks", routingKey: ""),
            route: RouteTarget(queue: "mail"),
            sentTo: "|mail"
        ),
        Row(options: RouteTarget(), route: RouteTarget(queue: "mail"), sentTo: "|mail"),
        Row(options: RouteTarget(), route: RouteTarget(queue: "images"), sentTo: "media|media.image.#"),
        Row(
            options: RouteTarget(),
            route: RouteTarget(queue: "images", routingKey: "media.image.gif"),
            sentTo: "media|media.image.gif"
        ),
        Row(
            options: RouteTarget(),
            route: RouteTarget(exchange: "media", routingKey: "media.image.gif"),
            sentTo: "media|media.image.gif"
        ),
        Row(options: RouteTarget(), route: RouteTarget(routingKey: "mail.send"), sentTo: "|celery"),
        Row(options: RouteTarget(), route: RouteTarget(), sentTo: "|celery"),
        Row(options: RouteTarget(queue: "fresh"), route: RouteTarget(queue: "mail"), sentTo: "|fresh"),
        Row(options: RouteTarget(queue: "fresh"), route: RouteTarget(queue: "mail"), createsMissingQueues: false),
        Row(
            options: RouteTarget(routingKey: "media.image.png"),
            route: RouteTarget(queue: "images", routingKey: "media.image.gif"),
            sentTo: "media|media.image.png"
        ),
        Row(
            options: RouteTarget(exchange: "tasks", routingKey: "mail.send"),
            route: RouteTarget(queue: "images"),
            sentTo: "tasks|mail.send"
        ),
        Row(options: RouteTarget(exchange: "tasks"), route: RouteTarget(queue: "mail"), sentTo: "|mail"),
        Row(
            options: RouteTarget(exchange: "tasks"),
            route: RouteTarget(exchange: "media", routingKey: "mail.send"),
            sentTo: "tasks|mail.send"
        ),
        Row(
            options: RouteTarget(routingKey: "k"),
            route: RouteTarget(exchange: "media", routingKey: "mail.send"),
            sentTo: "media|k"
        ),
        Row(
            options: RouteTarget(queue: "fresh"),
            route: RouteTarget(queue: "mail", routingKey: "mail.send"),
            sentTo: "|fresh"
        ),
        Row(
            options: RouteTarget(queue: "fresh"),
            route: RouteTarget(queue: "mail", routingKey: "mail.send"),
            createsMissingQueues: false
        ),
        Row(
            options: RouteTarget(queue: "images"),
            route: RouteTarget(queue: "fresh", routingKey: "media.image.gif"),
            sentTo: "media|media.image.gif"
        ),
        Row(options: RouteTarget(queue: "news"), route: RouteTarget(queue: "mail"), sentTo: "news|celery"),
    ])
    func `sends where Celery sends`(row: Row) throws {
        let router = Router(
            queues: Self.queues,
            routes: row.route.map { route in [Route { _ in route }] } ?? [],
            createsMissingQueues: row.createsMissingQueues
        )
        do throws(RoutingError) {
            let destination = try router.destination(task: "t", options: row.options).destination
            #expect("\(destination.exchange)|\(destination.routingKey)" == row.sentTo)
        } catch {
            #expect(error.code == .queueNotFound)
            #expect(row.sentTo == nil)
        }
    }

    struct Row: Sendable {
        var options: RouteTarget
        var route: RouteTarget?
        var createsMissingQueues = true
        var sentTo: String?
    }

    private static let queues: [Queue] = [
        "celery",
        Queue("mail", exchange: .direct("tasks"), routingKey: "mail.send"),
        Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
        Queue("news", exchange: .fanout("news"), routingKey: "celery"),
    ]
}
