extension CanvasApplication {
    mutating func runChain(
        _ tasks: [SignatureNode],
        _ chain: SignatureNode,
        _ given: Call,
        isListed: Bool
    ) throws(CanvasError) -> ResultNode? {
        var options = chain.mergedOptions(given.options)
        let placement = Placement(
            id: options[SignatureOption.taskID]?.stringValue,
            groupID: options[SignatureOption.groupID]?.stringValue,
            chord: options[SignatureOption.chord].flatMap { $0.isNull ? Optional.none : $0 },
            rootID: options[SignatureOption.rootID]?.stringValue,
            groupIndex: options[SignatureOption.groupIndex]?.integerValue.flatMap { Int(exactly: $0) }
        )
        let steps = try ChainSteps(tasks, at: placement, isRunning: true, makeID: self.makeID)
        var rest = steps.tasks
        guard let result = steps.result, !rest.isEmpty else { return nil }

        let errbacks = SignatureNode.list(options[SignatureOption.linkError])
        for index in rest.indices {
            rest[index].linkError(errbacks, inHeaders: false)
            rest[index].removeHeaderChords()
        }
        let callbacks = SignatureNode.list(options[SignatureOption.link])
        if !callbacks.isEmpty {
            // Not unless they are there already: what was linked to the chain is called besides what its task has.
            rest[0].options[SignatureOption.link] = .array(rest[0].list(SignatureOption.link) + callbacks)
        }
        let first = rest.removeLast()
        let outer = options[SignatureOption.chain]?.arrayValue ?? []
        options = options.filter { !SignatureOption.consumedByChain.contains($0.key) }
        options[SignatureOption.chain] = .array(outer + rest.map(\.json))

        let args = chain.isImmutable ? chain.args : given.args + chain.args
        let call = Call(args: args, kwargs: given.kwargs, options: options)
        let started = try self.run(first, call, isListed: isListed)
        return rest.isEmpty ? started : result
    }
}
