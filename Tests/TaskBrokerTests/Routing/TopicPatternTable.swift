/// What kombu 5.7.0 and the `re` module of Python 3.11 make of binding keys. Computed once:
///
/// ```python
/// text = TopicExchange(None).key_to_pattern(binding_key)      # kombu.transport.virtual.exchange
/// try: matching = [key for key in routing_keys if re.compile(text, re.U).match(key)]
/// except re.error: matching = None
/// ```
enum TopicPatternTable {
    struct Row: Sendable {
        let bindingKey: String
        let text: String
        let matching: [String]
        let isValidInPython: Bool

        init(_ bindingKey: String, _ text: String, _ matching: [String]?) {
            self.bindingKey = bindingKey
            self.text = text
            self.matching = matching ?? []
            self.isValidInPython = matching != nil
        }
    }

    static let routingKeys = [
        "", "a", "aa", "a.", "login", "logins", "media.image", "media.image.", "media.image.png",
        "media.image.png.small", "media.x.mp4", "media..mp4", "media.x.y.mp4", "a.b", "a.z", "a..z", "a.b.z",
        "x.b.y", "b", "b.error", "error", ".error", "user-info_v2.x", "userXinfo_v2.x", "a b", "50%.(x|y)+",
        "50%.x", "café.ß.x", "日本.東京", "²", "a#", "imag", "image", "imageee", "a.b.c", "a.ab", "ab", "###",
        "$", "^a$",
    ]

    static let rows = [
        Row("media.image.#", #"^media\.image\..*?$"#, ["media.image.", "media.image.png", "media.image.png.small"]),
        Row("media.*.mp4", #"^media\.[^\.]+\.mp4$"#, ["media.x.mp4"]),
        Row(
            "*.*",
            #"^[^\.]+\.[^\.]+$"#,
            [
                "media.image", "a.b", "a.z", "b.error", "user-info_v2.x", "userXinfo_v2.x", "50%.(x|y)+", "50%.x",
                "日本.東京", "a.ab",
            ]
        ),
        Row("#.error", #"^.*?\.error$"#, ["b.error", ".error"]),
        Row("#.b.#", #"^.*?\.b\..*?$"#, ["a.b.z", "x.b.y", "a.b.c"]),
        Row("a.#.z", #"^a\..*?\.z$"#, ["a..z", "a.b.z"]),
        Row("login", #"^login$"#, ["login"]),
        Row("media.", #"^media\.$"#, []),
        Row("", #"^$"#, [""]),
        Row("user-info_v2.*", #"^user\-info\_v2\.[^\.]+$"#, ["user-info_v2.x"]),
        Row("a b", #"^a\ b$"#, ["a b"]),
        Row("50%.(x|y)+", #"^50\%\.\(x\|y\)\+$"#, ["50%.(x|y)+"]),
        Row("café.ß.*", #"^café\.ß\.[^\.]+$"#, ["café.ß.x"]),
        Row("日本.#", #"^日本\..*?$"#, ["日本.東京"]),
        Row("²", #"^²$"#, ["²"]),
        Row("a#", #"^a#$"#, ["a#"]),
        Row("image*", #"^image*$"#, ["imag", "image", "imageee"]),
        Row("a.*b", #"^a\.*b$"#, ["a.b", "ab"]),
        Row("#*", #"^#*$"#, ["", "###"]),
        Row("a**", #"^a**$"#, nil),
        Row("*a", #"^*a$"#, nil),
        Row("**", #"^**$"#, nil),
        Row("$", #"^\$$"#, ["$"]),
        Row("^a$", #"^\^a\$$"#, ["^a$"]),
        Row("a.#.#", #"^a\..*?\..*?$"#, ["a..z", "a.b.z", "a.b.c"]),
    ]
}
