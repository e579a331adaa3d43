extension SignatureNode {
    /// One message in which a task is called with every item.
    package static func map(_ task: SignatureNode, over items: [JSONValue]) -> SignatureNode {
        Self.mapping(CanvasTask.map, task, items)
    }

    /// One message in which a task is called with every list of arguments.
    package static func starmap(_ task: SignatureNode, over items: [JSONValue]) -> SignatureNode {
        Self.mapping(CanvasTask.starmap, task, items)
    }

    /// A chord whose body returns the list of the header's values: a group that is one task to whatever is around it.
    package static func accumulating(_ group: SignatureNode) -> SignatureNode {
        SignatureNode(.chord(header: group, body: SignatureNode(.task(CanvasTask.accumulate), kwargs: ["index": 0])))
    }

    private static func mapping(_ name: String, _ task: SignatureNode, _ items: [JSONValue]) -> SignatureNode {
        SignatureNode(
            .task(name),
            kwargs: [SignatureField.task: task.json, SignatureField.items: .array(items)],
            isImmutable: true
        )
    }
}
