extension Router {
    /// The queues that a worker consumes: Celery's `-Q` and `-X`.
    ///
    /// - Parameters:
    ///   - names: The queues of `-Q`, in this order, each once. Without any, every declared queue is consumed.
    ///     Names that are not declared stand for new queues, if missing queues may be created.
    ///   - excludedNames: The queues of `-X`, which are taken out in the end. A name that is neither declared nor
    ///     selected is most likely misspelt and thus an error, with the text that Celery has for it. (Celery 5.7 no
    ///     longer reaches that text and consumes the queue that was meant to be excluded.)
    /// - Returns: The queues to consume; none, if all are excluded.
    package func queuesToConsume(
        including names: [String]?,
        excluding excludedNames: [String]
    ) throws(RoutingError) -> [Queue] {
        let selected = try self.select(names ?? [])
        for name in excludedNames where !(selected + self.queues).contains(where: { $0.name == name }) {
            throw .cannotDeselect(name, from: excludedNames)
        }
        let queues = selected.filter { !excludedNames.contains($0.name) }
        for queue in queues { try queue.validate() }
        return queues
    }

    private func select(_ names: [String]) throws(RoutingError) -> [Queue] {
        if names.isEmpty { return self.queues }
        var queues: [Queue] = []
        for name in names where !queues.contains(where: { $0.name == name }) {
            do throws(RoutingError) {
                queues.append(try self.queue(named: name))
            } catch {
                throw .cannotSelect(name, from: names)
            }
        }
        return queues
    }
}
