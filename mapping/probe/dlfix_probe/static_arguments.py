"""Arguments of the command line in the static reading: `sys.argv` and argparse.

Without arguments a program gets its parser's defaults. With them (`inspect FILE -- ARGS`) Python's own argparse says
what they mean. What comes from the command line has no text in the program: it has no origin, and the place to edit
is the argument of the call that it reaches.
"""

from collections import namedtuple

from .errors import ProbeError
from .static_values import Argument, CallSite, Const, Function, Instance, Seq, Symbol, Value, plain

_GROUPS = ("add_argument_group", "add_mutually_exclusive_group")
_TYPES = {"builtins.int": int, "builtins.float": float, "builtins.str": str}
_CONVERTED_LATE = {"builtins.bool": bool}

# flags: as written; dest: the attribute; named: keyword -> Value; required: it must be given
_Option = namedtuple("_Option", "flags dest named required")


class Arguments:
    """Mixin of the reader; `self.arguments` is the list of ARGS, or None when none were named."""

    def bind_argv(self):
        """`sys.argv` is known where arguments were named; how the program's own name is written is not."""
        if self.arguments is not None:
            self.put_on_library["sys.argv"] = Seq([Value()] + [Const(word) for word in self.arguments])

    def _parser_method(self, parser, name, site):
        options = parser.__dict__.setdefault("options", {})
        if name == "add_argument":
            option = self._declared(site)
            if option is not None:
                options[option.dest] = option
            return Const(None)
        if name in _GROUPS:
            return parser
        if name == "set_defaults":
            for item in site.arguments:
                if item.name in options:
                    options[item.name].named["default"] = item.value
            return Const(None)
        if name in ("parse_args", "parse_known_args"):
            space, rest = self._parsed(options, site)
            return space if name == "parse_args" else Seq([space, rest], None, False)
        return None

    def _declared(self, site):
        named = {item.name: item.value for item in site.arguments if item.name}
        flags = [item.value.value for item in site.arguments
                 if item.name is None and isinstance(plain(item.value)[0], str)]
        action = plain(named.get("action"))[0]
        if not flags or action in ("help", "version"):
            return None
        long = [flag for flag in flags if flag.startswith("--")] or flags
        dest = plain(named["dest"])[0] if "dest" in named else long[0].lstrip("-").replace("-", "_")
        if not isinstance(dest, str):
            return None
        positional = not flags[0].startswith("-")
        required = positional and "nargs" not in named \
            or self.truth(named.get("required", Const(False))) is not False
        return _Option(flags, dest, named, required)

    def _parsed(self, options, site):
        """(name space, what is left over)"""
        space = Instance()
        space.attributes.update({dest: _default(option) for dest, option in options.items()})
        words = self._words(site)
        if words is None:
            return space, Value()
        given, rest = _understood(options.values(), words, site)
        for dest, content in given.items():
            space.attributes[dest] = self._converted(options[dest], content, site)
        return space, Seq([Const(word) for word in rest])

    def _words(self, site):
        """The list that the program hands to parse_args, else the command line's arguments; None for none."""
        argument = next((item.value for item in site.arguments if item.name in (None, "args")), None)
        words, known = plain(argument) if argument is not None else (None, False)
        return list(words) if known and isinstance(words, (list, tuple)) else self.arguments

    def _converted(self, option, content, site):
        """The value of one option that was given, after the type that the program names."""
        kind = option.named.get("type")
        if isinstance(content, list):
            return Seq([self._converted(option, item, site) for item in content])
        if isinstance(kind, Function) and isinstance(content, str):
            call = CallSite(site.source, site.node, [Argument(None, None, Const(content))], False)
            return self.call_function(kind, call) or Value()
        path = kind.path if isinstance(kind, Symbol) else None
        if path in _CONVERTED_LATE:
            return Const(_CONVERTED_LATE[path](content))
        return Const(content) if kind is None or path in _TYPES else Value()


def _default(option):
    """What the program gets when the option is not given."""
    if "default" in option.named:
        return option.named["default"]
    if option.required:
        return Value()
    action = plain(option.named["action"])[0] if "action" in option.named else None
    return Const({"store_true": False, "store_false": True}.get(action)) if action else Const(None)


def _understood(options, words, site):
    """({dest: value of each option that is given}, words left over). Errors: program_failed, as argparse would."""
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message):
            place = site.place()
            raise ProbeError("program_failed", "the program refuses its arguments: " + message, place["file"],
                             place["line"], "give the arguments that it takes behind --")

    parser = Parser(add_help=False)
    for option in options:
        _declare(parser, option)
    if site.node.func.attr == "parse_args":
        space, rest = parser.parse_args(words), []
    else:
        space, rest = parser.parse_known_args(words)
    return {dest: content for dest, content in vars(space).items() if content is not None}, rest


def _declare(parser, option):
    """One option as argparse's own, None where it is not given; what is not known of it is left out."""
    import argparse
    settings = {"default": None}
    for name in ("action", "nargs", "const", "choices"):
        content, known = plain(option.named.get(name))
        if known:
            settings[name] = content
    if getattr(option.named.get("action"), "path", None) == "argparse.BooleanOptionalAction":
        settings["action"] = argparse.BooleanOptionalAction
    kind = option.named.get("type")
    if isinstance(kind, Symbol) and kind.path in _TYPES:
        settings["type"] = _TYPES[kind.path]
    elif kind is not None:
        settings.pop("choices", None)      # they are compared with what the program's own type makes
    if option.flags[0].startswith("-"):
        settings.update(dest=option.dest, required=plain(option.named.get("required"))[0] is True)
    try:
        parser.add_argument(*option.flags, **settings)
    except (TypeError, ValueError, argparse.ArgumentError):      # the call fails in the program, too
        pass
