"""Small trees of specs for property tests: canonical, of few words, so that two of them often meet."""

from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]

words = st.sampled_from(["a", "b", "c"])
leaves = st.none() | st.booleans() | st.integers(0, 2) | words
data = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2), max_leaves=4)


def fields(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    """A mapping with some of these keys."""
    return st.fixed_dictionaries({}, optional=optional)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The value, or null."""
    return st.none() | strategy


def keyed(item: st.SearchStrategy[Tree], key: str = "name") -> st.SearchStrategy[list[Tree]]:
    """A list without two items of one key."""
    return st.lists(item, max_size=3, unique_by=lambda found: str(found.get(key)))


labels = st.dictionaries(words, maybe(words), max_size=3)
env = keyed(st.fixed_dictionaries({"name": words}, optional={"value": words}))
ports = keyed(st.fixed_dictionaries({"containerPort": st.integers(1, 3)}), "containerPort")
container = fields(
    image=maybe(words),
    args=maybe(st.lists(words, max_size=3)),
    env=maybe(env),
    ports=maybe(ports),
    resources=maybe(fields(limits=labels, requests=labels)),
)
named_container = st.builds(lambda name, rest: {"name": name, **rest}, words, container)
pod = fields(
    container=maybe(container),
    environment=maybe(fields(labels=labels, nodeName=words)),
    connections=maybe(st.lists(words, max_size=3, unique=True)),
    sidecars=maybe(keyed(named_container)),
    init=maybe(st.lists(fields(path=words, container=fields(image=words)), max_size=2)),
)
job = pod.map(lambda rest: {"kind": "job", **rest})
mpijob = st.builds(lambda launcher, worker: {"kind": "mpijob", "launcher": launcher, "worker": worker}, pod, maybe(pod))
raycluster = st.dictionaries(words, maybe(pod), max_size=2).map(lambda workers: {"kind": "raycluster", "workers": workers})
runs = job | mpijob | raycluster
matrices = st.builds(lambda params: {"kind": "grid", "params": params}, st.dictionaries(words, fields(kind=words, value=data)))
schedules = st.sampled_from([{"kind": "cron", "cron": "a"}, {"kind": "cron", "cron": "b"}, {"kind": "interval", "frequency": 1}])

roots = fields(
    version=st.just(1.1) | st.just(1.2),
    queue=maybe(words),
    tags=maybe(st.lists(words, max_size=3, unique=True)),
    strictParams=st.booleans(),
    cache=maybe(fields(ttl=st.integers(0, 2), disable=maybe(st.booleans()))),
    params=maybe(st.dictionaries(words, fields(value=data, toEnv=words), max_size=3)),
    inputs=maybe(keyed(st.fixed_dictionaries({"name": words}, optional={"value": data}))),
    hooks=maybe(st.lists(st.builds(lambda ref: {"hubRef": ref}, words), max_size=2)),
    matrix=maybe(matrices),
    schedule=maybe(schedules),
    run=maybe(runs),
)
"""What `merge` takes: the root fields of specs, their runs among them."""
