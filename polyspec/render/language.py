"""The template language: a closed list of jinja2's syntax, compiled to closures of ours.

jinja2 parses; nothing of its evaluation is used. What is not in the tables below is a diagnostic: no calls, no names that
begin with an underscore, no attribute of a Python object. Arithmetic takes numbers; `+` also joins two texts or two lists.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from polyspec.late import late_pattern
from polyspec.render.filters import CHEAP, contains, filter_of, grown, holdable, is_number, test_of, text_of, written
from polyspec.render.scope import Missing, Scope, TemplateError, describe, field_of

Evaluate = Callable[[Scope], Any]
Node = Any

_ARITHMETIC: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "Sub": ("-", operator.sub),
    "Mul": ("*", operator.mul),
    "Div": ("/", operator.truediv),
    "FloorDiv": ("//", operator.floordiv),
    "Mod": ("%", operator.mod),
}
_COMPARISONS: Mapping[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "eq": ("==", operator.eq),
    "ne": ("!=", operator.ne),
    "gt": (">", operator.gt),
    "gteq": (">=", operator.ge),
    "lt": ("<", operator.lt),
    "lteq": ("<=", operator.le),
    "in": ("in", lambda value, container: contains(container, value)),
    "notin": ("not in", lambda value, container: not contains(container, value)),
}
_UNKNOWN = "is not part of the template language"
_NOT_TEXT = late_pattern("[\x00\ud800-\udfff]")
_WORDS = {
    "Assign": "`set`",
    "AssignBlock": "`set`",
    "Block": "`block`",
    "CallBlock": "`call`",
    "FilterBlock": "a block of `filter`",
    "FromImport": "`from`",
    "Scope": "`autoescape`",
    "With": "`with`",
    "Call": "a call",
    "Pow": "`**`",
    "Macro": "a macro",
    "Include": "`include`",
    "Import": "`import`",
    "Extends": "`extends`",
}


def expression(node: Node) -> Evaluate:
    """The closure of an expression. Raises `TemplateError` for what is not in the language."""
    compile_node = _EXPRESSIONS.get(type(node).__name__)
    if compile_node is None:
        raise _refused(node)
    return compile_node(node)


def block(nodes: Sequence[Node]) -> Callable[[Scope, list[str]], None]:
    """The closure of a body: it appends its text. Raises `TemplateError` for what is not in the language."""
    parts = [_statement(node) for node in nodes]

    def run(scope: Scope, out: list[str]) -> None:
        for part in parts:
            part(scope, out)

    return run


def _statement(node: Node) -> Callable[[Scope, list[str]], None]:
    kind = type(node).__name__
    if kind == "Output":
        return _output(node)
    if kind == "If":
        return _if(node)
    if kind == "For":
        return _for(node)
    raise _refused(node)


def _output(node: Node) -> Callable[[Scope, list[str]], None]:
    parts = [_data(part.data) if type(part).__name__ == "TemplateData" else expression(part) for part in node.nodes]

    def run(scope: Scope, out: list[str]) -> None:
        out.extend(written(scope, part(scope)) for part in parts)

    return run


def _data(text: str) -> Evaluate:
    return lambda _: text


def _if(node: Node) -> Callable[[Scope, list[str]], None]:
    branches = [(expression(node.test), block(node.body))]
    branches += [(expression(branch.test), block(branch.body)) for branch in node.elif_]
    otherwise = block(node.else_)

    def run(scope: Scope, out: list[str]) -> None:
        for test, body in branches:
            if test(scope):
                body(scope, out)
                return
        otherwise(scope, out)

    return run


def _for(node: Node) -> Callable[[Scope, list[str]], None]:
    if type(node.target).__name__ != "Name" or node.recursive:
        raise TemplateError(f"a loop over several names {_UNKNOWN}", code="template-language")
    name, items = node.target.name, expression(node.iter)
    test = expression(node.test) if node.test is not None else None
    body, otherwise = block(node.body), block(node.else_)
    evaluations = sum(map(_evaluations, [*node.body, *([] if node.test is None else [node.test])]))

    def run(scope: Scope, out: list[str]) -> None:
        values = items(scope)
        if not isinstance(values, Mapping | Sequence):
            raise TemplateError(f"a loop takes a list, not {describe(values)}", word=name)
        count = 0
        for value in values:
            scope.step(evaluations)
            inner = scope.nested(name, value)
            if test is None or test(inner):
                count += 1
                body(inner, out)
        if not count:
            otherwise(scope, out)

    return run


def _evaluations(node: Node) -> int:
    """How many names, values and operations a part of a loop's body evaluates at each step; loops within it count theirs."""
    kind = type(node).__name__
    parts = [node.iter] if kind == "For" else node.iter_child_nodes()
    return _WEIGHTS.get(kind, 1) + sum(map(_evaluations, parts))


_WEIGHTS = {"Output": 0, "TemplateData": 0, "Compare": 2, "Concat": 2, "Slice": 3, "Test": 4, "Filter": 6}
"""What counts for nothing or for more than a name does, by the time that it takes."""


def _name(node: Node) -> Evaluate:
    name = node.name
    _public(name)
    return lambda scope: scope.look_up(name)


def _getattr(node: Node) -> Evaluate:
    inner, name = expression(node.node), node.attr
    _public(name)
    holder = getattr(node.node, "name", None) if type(node.node).__name__ == "Name" else None
    return lambda scope: field_of(inner(scope), name, holder)


def _getitem(node: Node) -> Evaluate:
    inner = expression(node.node)
    if type(node.arg).__name__ == "Slice":
        return _slice(inner, node.arg)
    key, is_written = expression(node.arg), _are_written([node.arg])

    def item(scope: Scope) -> Any:
        name = key(scope)
        if isinstance(name, str):
            _public(name)
        value = inner(scope)
        try:
            return field_of(value, name)
        except Missing:
            if is_written:
                raise
            raise Missing("there is no field or item of the name that is given", word=None) from None

    return item


def _are_written(nodes: Iterable[Node]) -> bool:
    """Whether values are written in the template: those of names may be secret, and no message quotes them."""
    return all(type(node).__name__ == "Const" for node in nodes)


def _slice(inner: Evaluate, node: Node) -> Evaluate:
    bounds = [expression(part) if part is not None else None for part in (node.start, node.stop, node.step)]

    def sliced(scope: Scope) -> Any:
        value = inner(scope)
        start, stop, step = (bound(scope) if bound is not None else None for bound in bounds)
        if not isinstance(value, Sequence) or step == 0 or any(not isinstance(part, int | None) for part in (start, stop, step)):
            raise TemplateError("a slice takes text or a list, and integers that are not zero steps")
        found = value[start:stop:step]
        scope.work(found)
        return found

    return sliced


def _filter(node: Node) -> Evaluate:
    if node.node is None:
        raise _refused(node)
    inner, arguments, named = expression(node.node), [expression(arg) for arg in node.args], _named(node)
    if node.name in ("default", "d"):
        return _default(inner, arguments, named)
    name, found = node.name, filter_of(node.name)
    is_written = _are_written([*node.args, *(keyword.value for keyword in node.kwargs)])

    def filtered(scope: Scope) -> Any:
        value = inner(scope)
        values, options = [arg(scope) for arg in arguments], _evaluated(named, scope)
        if name not in CHEAP:
            scope.work(value, *values, *options.values())
        try:
            return holdable(name, _called(name, found, [scope, value, *values], options))
        except TemplateError as error:
            if is_written or error.word in (name, None):
                raise
            raise type(error)(f"`{name}` cannot take what its arguments give", word=name) from None

    return filtered


def _default(inner: Evaluate, arguments: Sequence[Evaluate], named: Mapping[str, Evaluate]) -> Evaluate:
    """`default`, which looks at what stands in for a value only when it is wanted."""
    given = {**dict(zip(("default_value", "boolean"), arguments, strict=False)), **named}
    if len(arguments) > 2 or not given.keys() <= {"default_value", "boolean"}:
        raise TemplateError("`default` takes what stands in, and whether it does so for false", word="default")
    instead, for_false = given.get("default_value", _data("")), given.get("boolean", _data(""))

    def defaulted(scope: Scope) -> Any:
        try:
            value = inner(scope)
        except Missing:
            return instead(scope)
        return value if value or not for_false(scope) else instead(scope)

    return defaulted


def _test(node: Node) -> Evaluate:
    inner = expression(node.node)
    if node.name in ("defined", "undefined"):
        return lambda scope: _is_defined(inner, scope) is (node.name == "defined")
    found, arguments = test_of(node.name), [expression(arg) for arg in node.args]

    def tested(scope: Scope) -> bool:
        values = [inner(scope), *(arg(scope) for arg in arguments)]
        scope.work(*values)
        return bool(_called(node.name, found, values, {}))

    return tested


def _is_defined(inner: Evaluate, scope: Scope) -> bool:
    try:
        inner(scope)
    except Missing:
        return False
    return True


def _named(node: Node) -> dict[str, Evaluate]:
    if getattr(node, "dyn_args", None) or getattr(node, "dyn_kwargs", None):
        raise TemplateError(f"unpacking arguments {_UNKNOWN}", code="template-language")
    return {keyword.key: expression(keyword.value) for keyword in node.kwargs}


def _evaluated(named: Mapping[str, Evaluate], scope: Scope) -> dict[str, Any]:
    return {name: value(scope) for name, value in named.items()}


def _called(name: str, function: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
    try:
        return function(*arguments, **named)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise TemplateError(
            f"`{name}` cannot be used like this", word=name, hint="look at its arguments and the kind of its value"
        ) from None


def _conditional(node: Node) -> Evaluate:
    test, then = expression(node.test), expression(node.expr1)
    otherwise = expression(node.expr2) if node.expr2 is not None else lambda _: ""
    return lambda scope: then(scope) if test(scope) else otherwise(scope)


def _and(node: Node) -> Evaluate:
    left, right = expression(node.left), expression(node.right)
    return lambda scope: left(scope) and right(scope)


def _or(node: Node) -> Evaluate:
    left, right = expression(node.left), expression(node.right)
    return lambda scope: left(scope) or right(scope)


def _not(node: Node) -> Evaluate:
    inner = expression(node.node)
    return lambda scope: not inner(scope)


def _add(node: Node) -> Evaluate:
    left, right = expression(node.left), expression(node.right)

    def added(scope: Scope) -> Any:
        first, second = left(scope), right(scope)
        if isinstance(first, str) and isinstance(second, str):
            return grown(scope, first + second)
        if isinstance(first, list) and isinstance(second, list):
            scope.grow(len(first) + len(second))
            return first + second
        return _number("+", operator.add, first, second)

    return added


def _arithmetic(node: Node) -> Evaluate:
    sign, operation = _ARITHMETIC[type(node).__name__]
    left, right = expression(node.left), expression(node.right)
    return lambda scope: _number(sign, operation, left(scope), right(scope))


def _number(sign: str, operation: Callable[[Any, Any], Any], first: Any, second: Any) -> Any:
    if not (is_number(first) and is_number(second)):
        hint = "convert one with a filter such as `string` or `int`" if describe(first) != describe(second) else None
        raise TemplateError(f"`{sign}` cannot take {describe(first)} and {describe(second)}", word=sign, hint=hint)
    try:
        result = operation(first, second)
    except ZeroDivisionError:
        raise TemplateError("division by zero", word=sign) from None
    except OverflowError:
        result = math.inf
    return holdable(sign, result)


def _negative(node: Node) -> Evaluate:
    inner = expression(node.node)
    return lambda scope: _number("-", lambda _, value: -value, 0, inner(scope))


def _positive(node: Node) -> Evaluate:
    inner = expression(node.node)
    return lambda scope: _number("+", operator.add, 0, inner(scope))


def _concat(node: Node) -> Evaluate:
    parts = [expression(part) for part in node.nodes]
    return lambda scope: "".join([written(scope, part(scope)) for part in parts])


def _compare(node: Node) -> Evaluate:
    first = expression(node.expr)
    rest = [(*_COMPARISONS[operand.op], expression(operand.expr)) for operand in node.ops]

    def compared(scope: Scope) -> bool:
        left = first(scope)
        for sign, comparison, expr in rest:
            right = expr(scope)
            scope.work(left, right)
            try:
                if not comparison(left, right):
                    return False
            except TypeError:
                raise TemplateError(f"`{sign}` cannot compare {describe(left)} with {describe(right)}", word=sign) from None
            left = right
        return True

    return compared


def _list(node: Node) -> Evaluate:
    items = [expression(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _dict(node: Node) -> Evaluate:
    pairs = [(expression(pair.key), expression(pair.value)) for pair in node.items]
    return lambda scope: {grown(scope, text_of(key(scope))): value(scope) for key, value in pairs}


def _const(node: Node) -> Evaluate:
    value = node.value
    if isinstance(value, str) and _NOT_TEXT.search(value):
        raise TemplateError("text holds no NUL and no half of a surrogate pair")
    holdable(str(value)[:40], value)
    return lambda _: value


def _public(name: str) -> None:
    if name.startswith("_"):
        raise TemplateError("names that begin with an underscore cannot be reached", word=name, code="template-language")


def _refused(node: Node) -> TemplateError:
    kind = type(node).__name__
    word = _WORDS.get(kind, f"`{kind.lower()}`")
    hint = "use a filter: `{{ name | filter }}`" if kind == "Call" else None
    return TemplateError(f"{word} {_UNKNOWN}", hint=hint, code="template-language")


_EXPRESSIONS: Mapping[str, Callable[[Node], Evaluate]] = {
    "Add": _add,
    "And": _and,
    "Compare": _compare,
    "Concat": _concat,
    "CondExpr": _conditional,
    "Const": _const,
    "Dict": _dict,
    "Filter": _filter,
    "Getattr": _getattr,
    "Getitem": _getitem,
    "List": _list,
    "Name": _name,
    "Neg": _negative,
    "Not": _not,
    "Or": _or,
    "Pos": _positive,
    "Test": _test,
    "Tuple": _list,
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
}
