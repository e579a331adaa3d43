// `JSONValue`, `TaskMessage` and their kin are part of this module's interface: who imports it need not know where they live.
@_exported public import CeleryProtocol
