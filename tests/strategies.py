"""Hypothesis strategies for plain trees of the language: JSON trees, components, operations and their parts.

Every strategy gives what `json.loads` could give: dicts with text keys, lists, text, integers of 64 bits, finite floats, bools
and null. The trees of `components()` and `operations()` are taken by `polyspec.load`; those of `runnables()` compile as well.

    @given(operations())
    def test_it(tree: Tree) -> None: ...

A `Grammar` says what may appear: templates where a field takes one, and explicit nulls (which remove what they patch).
"""

from typing import Any

import attrs
from hypothesis import strategies as st

from polyspec.spec.environment import RestartPolicy
from polyspec.spec.helpers import STATUSES, HookTrigger, Strategy
from polyspec.spec.io import RESERVED
from polyspec.spec.operation import Trigger
from polyspec.spec.workflow import EVENT_KINDS

Tree = dict[str, Any]
Trees = st.SearchStrategy[Tree]
Values = st.SearchStrategy[Any]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"


# -- values


def texts(max_size: int = 12) -> st.SearchStrategy[str]:
    """Any text that a spec can hold: no NUL, no half of a surrogate pair."""
    return st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=max_size)


def integers() -> st.SearchStrategy[int]:
    """Integers of 64 bits, signed."""
    return st.integers(-(2**63), 2**63 - 1)


def numbers() -> st.SearchStrategy[float]:
    """Finite numbers."""
    return st.floats(allow_nan=False, allow_infinity=False)


def json_leaves() -> Values:
    """Null, bools, integers, numbers and text."""
    return st.none() | st.booleans() | integers() | numbers() | texts()


def json_trees(max_leaves: int = 12) -> Values:
    """Any tree that a document can stand for, its root included; mappings have text keys."""
    return st.recursive(
        json_leaves(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4),
        max_leaves=max_leaves,
    )


def plain_texts(max_size: int = 12) -> st.SearchStrategy[str]:
    """Text that holds no template."""
    return texts(max_size).filter(lambda text: "{{" not in text and "{%" not in text and "{#" not in text)


def words(alphabet: str = _LETTERS + _DIGITS + "-_", max_size: int = 8) -> st.SearchStrategy[str]:
    """A letter, then characters of the alphabet: names of all sorts."""
    return st.builds(str.__add__, st.sampled_from(_LETTERS), st.text(alphabet, max_size=max_size - 1))


def names() -> st.SearchStrategy[str]:
    """Names of inputs, outputs and params."""
    return words(_LETTERS + _DIGITS + "_").filter(lambda name: name not in RESERVED)


def lists(item: Values, max_size: int = 3, min_size: int = 0) -> Values:
    """Short lists."""
    return st.lists(item, min_size=min_size, max_size=max_size)


def mappings(value: Values, keys: st.SearchStrategy[str] | None = None, max_size: int = 3) -> Trees:
    """Short mappings with free keys."""
    return st.dictionaries(words() if keys is None else keys, value, max_size=max_size)


def choice_of(annotation: Any) -> st.SearchStrategy[str]:
    """The words that an annotation with a closed list allows."""
    (mark,) = annotation.__metadata__
    return st.sampled_from(mark.allowed)


def moments() -> st.SearchStrategy[str]:
    """Dates and times as a schedule has them."""
    return st.dates().map(str) | st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z")


@attrs.frozen
class Grammar:
    """What may appear in a tree: `templates` where a field takes one, `nulls` for fields that may be absent."""

    templates: bool = True
    nulls: bool = True

    def fields(self, required: dict[str, Values] | None = None, **optional: Values) -> Trees:
        """A mapping with some of the optional fields. A trailing `_` is left off a name: `from_` is `from`."""
        loose = {name.rstrip("_"): value | st.none() if self.nulls else value for name, value in optional.items()}
        return st.fixed_dictionaries(required or {}, optional=loose)

    def or_template(self, value: Values) -> Values:
        """A value, or a template in its place."""
        template = st.sampled_from(["{{ lr }}", "{{ globals.uuid }}-x", "{{ params.lr.value }}", "{% if a %}b{% endif %}"])
        return value | template if self.templates else value

    # -- containers and pods

    def container(self, name: Values | None = None) -> Trees:
        """A container; with a `name` where the list that it stands in is keyed by names."""
        amounts = mappings(st.integers(0, 99) | st.sampled_from(["1", "500m", "1Gi"]), st.sampled_from(["cpu", "memory", "a/b"]))
        probe = st.fixed_dictionaries({"httpGet": st.just({"path": "/", "port": 80})}, optional={"periodSeconds": st.just(5)})
        return self.fields(
            {} if name is None else {"name": name},
            **({"name": words()} if name is None else {}),
            image=words() | st.just("registry.example.com/team/image:1.0"),
            imagePullPolicy=st.sampled_from(["Always", "IfNotPresent", "Never"]),
            command=lists(self.text()) | self.text(),
            args=lists(self.text()) | self.text(),
            workingDir=self.text(),
            env=self.or_template(self.env()),
            envFrom=self.or_template(lists(st.just({"configMapRef": {"name": "settings"}}), 1)),
            ports=self.or_template(self.ports()),
            resources=self.or_template(self.fields(limits=self.or_template(amounts), requests=self.or_template(amounts))),
            volumeMounts=self.or_template(self.volume_mounts()),
            livenessProbe=probe,
            lifecycle=st.just({"preStop": {"exec": {"command": ["sleep", "1"]}}}),
            securityContext=self.or_template(st.just({"runAsUser": 1000, "capabilities": {"drop": ["ALL"]}})),
            stdin=self.or_template(st.booleans()),
            tty=self.or_template(st.booleans()),
            terminationMessagePath=st.just("/dev/end"),
        )

    def text(self) -> st.SearchStrategy[str]:
        """A text field: any text where templates may appear, else text without."""
        return self.or_template(texts()) if self.templates else plain_texts()

    def env(self) -> Values:
        """Environment variables: a list by name, or a mapping."""
        source = st.just({"secretKeyRef": {"name": "keys", "key": "k"}})
        value = self.text() | st.integers(-9, 9) | st.booleans()
        entries = st.lists(words(), unique=True, max_size=3).flatmap(
            lambda found: st.tuples(
                *(
                    st.fixed_dictionaries({"name": st.just(name)}, optional={"value": value})
                    | st.fixed_dictionaries({"name": st.just(name), "valueFrom": source})
                    for name in found
                )
            ).map(list)
        )
        return entries | mappings(self.text())

    def ports(self) -> Values:
        """The ports of a container, each once."""
        return st.lists(st.integers(1, 65535), unique=True, max_size=3).map(
            lambda found: [{"containerPort": port, "protocol": "TCP", "hostIP": "127.0.0.1"} for port in found]
        )

    def volume_mounts(self) -> Values:
        """The mounts of a container, each path once."""
        return st.lists(words(), unique=True, max_size=3).map(
            lambda found: [{"name": "data", "mountPath": f"/{name}", "readOnly": True} for name in found]
        )

    def volumes(self) -> Values:
        """The volumes of a pod, each name once."""
        kinds = st.sampled_from([{"emptyDir": {}}, {"hostPath": {"path": "/data"}}, {"configMap": {"name": "settings"}}])
        return mappings(kinds).map(lambda found: [{"name": name, **kind} for name, kind in found.items()])

    def sidecars(self) -> Values:
        """The sidecars of a pod, each name once."""
        return named(self.container(words()), "name")

    def environment(self) -> Trees:
        """What applies to a pod."""
        labels = mappings(self.text() | st.integers(0, 9) | st.booleans())
        return self.fields(
            labels=labels,
            annotations=labels,
            nodeSelector=labels,
            affinity=st.just({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}),
            tolerations=lists(st.just({"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}), 1),
            nodeName=words(),
            serviceAccountName=words(),
            hostAliases=lists(st.just({"ip": "10.0.0.1", "hostnames": ["a"]}), 1),
            securityContext=st.just({"runAsUser": 1000, "fsGroup": 1000}),
            imagePullSecrets=lists(words()),
            hostNetwork=st.booleans(),
            hostPID=st.booleans(),
            dnsPolicy=st.just("ClusterFirst"),
            dnsConfig=st.just({"nameservers": ["10.0.0.1"]}),
            schedulerName=words(),
            priorityClassName=words(),
            priority=st.integers(0, 9),
            restartPolicy=choice_of(RestartPolicy),
        )

    def init(self) -> Trees:
        """One init step, with one source."""
        pairs = lists(words() | lists(words(), 2, 2))
        sources: tuple[dict[str, Values], ...] = (
            {"artifacts": self.or_template(self.fields(files=pairs, dirs=pairs, workers=st.integers(1, 9)))},
            {"paths": pairs | words()},
            {"git": self.or_template(self.fields({"url": st.just("https://example.com/r.git")}, revision=words()))},
            {"git": self.fields(revision=words()), "connection": words()},
            {"dockerfile": self.fields({"image": words()}, run=lists(words()), env=mappings(words()), langEnv=words())},
            {"file": self.fields({"content": self.text()}, filename=words(), chmod=st.sampled_from(["+x", "0755", 644]))},
            {"tensorboard": self.fields(port=st.integers(1, 9), uuids=lists(words()), useNames=st.booleans())},
            {"lineageRef": words()},
            {"modelRef": words()},
            {"artifactRef": words()},
            {"connection": words()},
        )
        rest = {"path": words(), "container": self.container(words())}
        return st.one_of(*(st.fixed_dictionaries(source, optional=rest) for source in sources))

    def inits(self) -> Values:
        """Init steps whose containers have names of their own."""
        return lists(self.init(), 2).filter(lambda steps: len(set(map(container_name, steps))) == len(steps))

    def pod(self, required: dict[str, Values] | None = None, **own: Values) -> Trees:
        """The six sections of everything that has a pod, and more fields."""
        return self.fields(
            required,
            environment=self.environment(),
            connections=lists(words()),
            volumes=self.volumes(),
            init=self.inits(),
            sidecars=self.sidecars(),
            container=self.container(),
            **own,
        )

    # -- runs

    def run(self) -> Trees:
        """A run of any kind but a DAG."""
        jobs = st.sampled_from(["job", "notifier", "cleaner", "tuner"])
        return self.pod({"kind": jobs}) | self.service() | self.distributed()

    def service(self) -> Trees:
        """A service."""
        return self.pod(
            {"kind": st.just("service")},
            ports=lists(st.integers(1, 65535)),
            rewritePath=st.booleans(),
            isExternal=st.booleans(),
            replicas=st.integers(1, 3),
        )

    def distributed(self) -> Trees:
        """A run with replicas."""
        replica = self.pod(replicas=st.integers(0, 4))
        policies: dict[str, Values] = {
            "cleanPodPolicy": st.sampled_from(["All", "Running", "None"]),
            "schedulingPolicy": self.fields(minAvailable=st.integers(1, 3), queue=words(), priorityClass=words()),
        }
        elastic = self.fields(minReplicas=st.integers(1, 3), rdvzBackend=words(), Metrics=lists(st.just({"type": "x"}), 1))
        ray = self.pod(replicas=st.integers(0, 4), minReplicas=st.integers(0, 4), rayStartParams=mappings(words()))
        return st.one_of(
            self.fields(kind("mpijob"), launcher=replica, worker=replica, slotsPerWorker=st.integers(1, 4), **policies),
            self.fields(kind("tfjob"), chief=replica, ps=replica, enableDynamicWorker=st.booleans(), **policies),
            self.fields(kind("pytorchjob"), master=replica, worker=replica, elasticPolicy=elastic, **policies),
            self.fields(kind("daskcluster"), scheduler=replica, worker=replica, minReplicas=st.integers(0, 2)),
            self.fields(kind("raycluster"), head=ray, workers=mappings(ray, max_size=2), entrypoint=words(), rayVersion=words()),
        )

    def dag(self) -> Trees:
        """A DAG of operations that hold their components; each operation depends on some of those before it."""
        node = self.fields({"component": self.component(self.run())}, trigger=choice_of(Trigger))
        linked = mappings(node).map(
            lambda found: [
                {"name": name, "dependencies": list(found)[:index], **tree} for index, (name, tree) in enumerate(found.items())
            ]
        )
        return self.fields({"kind": st.just("dag"), "operations": linked}, concurrency=st.integers(1, 9))

    # -- the sections of components and operations

    def io(self) -> Trees:
        """An input or an output of any type, with a default value or without."""
        valued = st.sampled_from(sorted(IO_VALUES)).flatmap(
            lambda it: st.fixed_dictionaries({"type": st.just(it), "value": IO_VALUES[it]})
        )
        validation = self.fields(options=lists(words()), minLength=self.or_template(st.integers(0, 9)))
        rest = self.fields(
            {"name": names()}, description=self.text(), toEnv=words(), argFormat=st.just("--x"), validation=validation
        )
        unvalued = self.fields(type=st.sampled_from(sorted(IO_VALUES)), isOptional=st.booleans())
        return st.builds(lambda head, tail: {**head, **tail}, rest, valued | unvalued)

    def ios(self) -> Values:
        """Inputs or outputs, each name once."""
        return named(self.io(), "name")

    def params(self) -> Trees:
        """Params in the short and the full form."""
        full = self.fields(
            {"value": json_leaves()}, connection=words(), toInit=st.booleans(), toEnv=words(), contextOnly=st.booleans()
        )
        reference = st.just({"ref": "runs.0123456789abcdef0123456789abcdef", "value": "outputs.loss"})
        return mappings(json_leaves() | lists(json_leaves()) | full | reference, names())

    def matrix(self) -> Trees:
        """A matrix of any kind."""
        count = self.or_template(st.integers(1, 9))
        metric = self.fields({"name": names()}, optimization=st.sampled_from(["maximize", "minimize"]))
        shared: dict[str, Values] = {"concurrency": count, "earlyStopping": self.or_template(lists(self.early_stopping(), 1))}
        discrete, anything = mappings(self.hp(is_discrete=True), names()), mappings(self.hp(), names())
        seeded: dict[str, Values] = {"seed": self.or_template(st.integers(0, 9)), **shared}
        return st.one_of(
            self.fields({**kind("mapping"), "values": lists(mappings(json_leaves(), names()))}, **shared),
            self.fields({**kind("grid"), "params": discrete}, numRuns=count, **shared),
            self.fields({**kind("random"), "params": anything, "numRuns": count}, **seeded),
            self.fields({**kind("hyperband"), "params": anything}, maxIterations=st.integers(1, 9), metric=metric, **seeded),
            self.fields(
                {**kind("bayes"), "params": discrete, "metric": metric, "numInitialRuns": count, "maxIterations": count},
                utilityFunction=st.just({"kappa": 2.5}) | st.just({"acquisitionFunction": "ei", "eps": 1, "numWarmup": 3}),
                **seeded,
            ),
            self.fields({**kind("tpe"), "params": anything, "metric": metric}, numRuns=count, **seeded),
            self.fields({**kind("iterative"), "maxIterations": count}, params=anything, **seeded),
        )

    def hp(self, *, is_discrete: bool = False) -> Trees:
        """One param of a matrix, in any of its forms."""
        low, more = st.integers(0, 9), st.integers(1, 9)
        steps = st.builds(lambda start, size, step: [start, start + size, step], low, more, more)
        pairs = st.builds(lambda start, size: [start, start + size], low, more)
        spaces = spread(("start", "stop", "step"), steps, ["range"]) | spread(("start", "stop", "num"), steps, ["linspace"])
        choices = st.fixed_dictionaries({**kind("choice"), "value": self.or_template(lists(json_leaves()))})
        if is_discrete:
            return choices | spaces
        weighted = st.just({"kind": "pchoice", "value": [["a", 0.25], ["b", 0.75]]})
        return (
            choices
            | spaces
            | weighted
            | spread(("low", "high"), pairs, ["uniform"])
            | spread(("loc", "scale"), pairs, ["normal"])
        )

    def early_stopping(self) -> Trees:
        """A rule that ends a search early."""
        policy = st.sampled_from(
            [
                {"kind": "median", "evaluationInterval": 1},
                {"kind": "truncation", "percent": 50, "evaluationInterval": 1, "includeSucceeded": True},
                {"kind": "diff", "percent": 5.5, "evaluationInterval": 1, "minSamples": 3},
            ]
        )
        metric = {"metric": names(), "value": numbers(), "optimization": st.sampled_from(["maximize", "minimize"])}
        return self.fields({**kind("metric_early_stopping"), **metric}, policy=policy) | st.fixed_dictionaries(
            {**kind("failure_early_stopping"), "percent": st.integers(0, 100)}
        )

    def schedule(self) -> Trees:
        """A schedule of any kind."""
        often: dict[str, Values] = {"startAt": moments(), "maxRuns": st.integers(1, 9), "dependsOnPast": st.booleans()}
        return st.one_of(
            self.fields({**kind("cron"), "cron": st.sampled_from(["0 0 * * MON", "@daily", "*/5 1-3 1,2 * *"])}, **often),
            self.fields({**kind("interval"), "frequency": st.integers(1, 99) | st.just("PT1H")}, **often),
            self.fields({**kind("datetime"), "startAt": moments()}),
        )

    def helpers(self) -> dict[str, Values]:
        """The helper sections that components and operations share."""
        seconds = self.or_template(st.integers(0, 999))
        flag = self.or_template(st.booleans())
        hook = self.fields({"hubRef": words()}, trigger=choice_of(HookTrigger), params=self.params(), disableDefaults=flag)
        return {
            "termination": self.fields(maxRetries=seconds, ttl=seconds, timeout=seconds, culling=self.fields(timeout=seconds)),
            "plugins": self.fields(
                shm=flag,
                logLevel=words(),
                sidecar=self.fields(image=words(), syncInterval=seconds),
                notifications=lists(self.fields({"connections": lists(words())}, trigger=st.sampled_from(STATUSES)), 1),
            ),
            "cache": self.fields(disable=flag, ttl=seconds, io=lists(names()), sections=lists(st.just("containers"), 1)),
            "build": self.fields({"hubRef": words()}, params=self.params(), patchStrategy=choice_of(Strategy)),
            "hooks": lists(hook, 1),
            "template": self.fields(enabled=st.just(value=False), description=texts(), fields=lists(words())),
            "mount": lists(st.just("a:/b") | self.fields(from_=words(), to=words()), 1),
        }

    def header(self) -> dict[str, Values]:
        """The fields that every spec may begin with."""
        return {
            "version": st.sampled_from([1, 1.1]),
            "name": self.or_template(words()),
            "description": self.text(),
            "tags": lists(words()) | st.just("a, b"),
            "queue": self.or_template(st.sampled_from(["queue", "agent/queue"])),
            "namespace": words(),
            "isApproved": self.or_template(st.booleans()),
            "cost": self.or_template(st.integers(0, 9) | numbers()),
        }

    def component(self, run: Trees | None = None) -> Trees:
        """A component; its run is of any kind."""
        return self.fields(
            {"kind": st.just("component"), "run": self.run() | self.dag() if run is None else run},
            inputs=self.ios(),
            outputs=self.ios(),
            **self.header(),
            **self.helpers(),
        )

    def operation(self) -> Trees:
        """An operation: over a component that it holds or refers to, with params, a patch, a matrix and a schedule."""
        component = st.fixed_dictionaries({"component": self.component()})
        reference = st.sampled_from([{"hubRef": "acme/train:1.0"}, {"pathRef": "./c.yaml"}, {"urlRef": "https://example.com/c"}])
        body = self.fields(
            {"kind": st.just("operation")},
            params=self.params(),
            runPatch=self.pod(),
            patchStrategy=choice_of(Strategy),
            matrix=self.matrix(),
            schedule=self.schedule(),
            joins=lists(
                self.fields({"query": words()}, sort=words(), limit=st.integers(1, 9), params=st.just({"a": {"value": "b"}})), 1
            ),
            events=lists(self.fields({"ref": st.just("runs.x"), "kinds": lists(st.sampled_from(EVENT_KINDS))}), 1),
            conditions=texts(),
            trigger=choice_of(Trigger),
            strictParams=st.booleans(),
            **self.header(),
            **self.helpers(),
        )
        return st.builds(lambda under, over: {**under, **over}, component | reference, body)


IO_VALUES: dict[str, Values] = {
    "int": integers(),
    "float": numbers(),
    "bool": st.booleans(),
    "str": plain_texts(),
    "any": json_trees(4),
    "dict": mappings(json_leaves()),
    "List[int]": lists(integers()),
}
"""Types of inputs, and values that fit them."""


def kind(name: str) -> dict[str, Values]:
    """The field that tells the kind."""
    return {"kind": st.just(name)}


def named(entries: Trees, key: str) -> Values:
    """A short list of entries, each with a `key` of its own."""
    return st.lists(entries, max_size=2, unique_by=lambda entry: entry[key])


def container_name(step: Tree) -> object:
    """What identifies an init step: the name of its container; a step without one is itself alone."""
    container = step.get("container")
    return container["name"] if isinstance(container, dict) else id(step)


def spread(parts: tuple[str, ...], values: st.SearchStrategy[list[int]], kinds: list[str]) -> Trees:
    """A space or a distribution in one of its three forms: a list, a mapping, or text with colons."""
    forms = (
        values | values.map(lambda found: dict(zip(parts, found, strict=True))) | values.map(lambda it: ":".join(map(str, it)))
    )
    return st.fixed_dictionaries({"kind": st.sampled_from(kinds), "value": forms})


# -- documents


def components(grammar: Grammar = Grammar()) -> Trees:
    """Components that `load` takes."""
    return st.deferred(lambda: grammar.component())


def operations(grammar: Grammar = Grammar()) -> Trees:
    """Operations that `load` takes; their references lead nowhere."""
    return st.deferred(lambda: grammar.operation())


def runnables() -> Trees:
    """Components that compile as they are: no templates, every input with a value, no word that means something to a cluster."""
    grammar = Grammar(templates=False, nulls=False)
    run = st.fixed_dictionaries({"kind": st.just("job"), "container": grammar.container()})
    inputs = named(grammar.io().filter(lambda io: io.get("value") is not None and "validation" not in io), "name")
    return st.fixed_dictionaries(
        {"kind": st.just("component"), "run": run},
        optional={"inputs": inputs, **grammar.header()},
    )
