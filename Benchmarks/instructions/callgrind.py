"""The instructions of a program by part, read from what callgrind wrote."""
import re
from collections import Counter

# The module of a mangled Swift name is the first of these that it contains, with its length before it.
MODULES = re.compile(r"(?:10(TaskBroker)|14(CeleryProtocol)|11(RedisClient)|13(TaskBrokerCLI)|\d+(NIO[A-Z]\w*?|_NIO\w*?)(?=[A-Z0-9]))")
REFERENCES = re.compile(r"retain|release|isUniquelyReferenced|RefCount", re.IGNORECASE)
ALLOCATION = re.compile(
    r"^(malloc|free|calloc|realloc|memalign|posix_memalign|unlink_chunk|tcache|_int_|malloc_consolidate"
    r"|swift_(slow)?(alloc|dealloc)|swift_(allocObject|deallocClassInstance|deallocObject))"
)
NAMED = re.compile(r"\((\d+)\)(?: (.*))?")


def by_part(path):
    """Instructions by part, each function's own ones."""
    costs = Counter()
    for library, function, cost in own_costs(path):
        costs[part(library, function)] += cost
    return costs


def own_costs(path):
    """The library, the function and the cost of each line, without the costs of what is called."""
    names = {"ob": {}, "fn": {}}
    current = {"ob": "", "fn": ""}
    is_call = False
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            key, equals, value = line.rstrip("\n").partition("=")
            if equals and key in names:
                current[key] = resolved(names[key], value)
            elif equals and key in ("cob", "cfn"):
                # Names of called functions count for the numbers that stand for them.
                resolved(names[key[1:]], value)
            elif line.startswith("calls="):
                is_call = True
            elif line[:1] in "0123456789+-*" and not equals:
                if not is_call:
                    yield current["ob"], current["fn"], int(line.split()[1])
                is_call = False


def resolved(names, value):
    """A name, which is written out once and a number from then on."""
    match = NAMED.fullmatch(value)
    if not match:
        return value
    number, name = match.groups()
    if name is not None:
        names[number] = name
    return names.get(number, "")


def part(library, function):
    """Whose work a function does."""
    library = library.rsplit("/", 1)[-1]
    if REFERENCES.search(function) and library.startswith("libswift"):
        return "reference counting"
    if ALLOCATION.search(function):
        return "malloc and free"
    if library.startswith("libhiredis"):
        return "hiredis"
    if library.startswith(("libswift_Concurrency", "libdispatch")):
        return "tasks and threads"
    if library.startswith(("libc.", "ld-linux", "libpthread", "libm.")):
        return "C library"
    if match := MODULES.search(function):
        module = next(name for name in match.groups() if name)
        return "SwiftNIO" if "NIO" in module else module
    return "Swift runtime and library" if library.startswith("lib") or function.startswith("$s") else "other"
