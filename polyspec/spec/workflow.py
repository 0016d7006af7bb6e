"""Schedules, events, joins and early stopping (polyaxonfile sections 13 and 14)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import attrs

from polyspec.late import late_pattern
from polyspec.spec.classes import spec_class
from polyspec.spec.cron import check_cron
from polyspec.spec.durations import seconds_of
from polyspec.spec.helpers import STATUSES
from polyspec.spec.io import Name
from polyspec.spec.markers import Bounds, Choice, Combined, Maybe, Pattern, Template
from polyspec.spec.node import Node, absent
from polyspec.spec.problem import Mismatch

Moment = Annotated[
    str,
    Pattern(
        late_pattern(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"),
        "a date or a time",
        "write it as `2024-06-24T21:20:07+02:00`",
    ),
]
Optimization = Annotated[str, Choice(("maximize", "minimize"), "optimization")]
EVENT_KINDS = (
    *(f"run_status_{status}" for status in STATUSES),
    "run_approved_actor", "run_invalidated_actor", "run_new_artifacts", "connection_git_commit", "connection_dataset_version",
    "connection_registry_image", "alert_info", "alert_warning", "alert_critical", "model_version_new_metric",
    "project_custom_event", "org_custom_event",
)  # fmt: skip


@spec_class(kw_only=True)
class Schedule(Node):
    """The base of the schedules; `kind` tells which."""

    kind: str


@spec_class(kw_only=True)
class CronSchedule(Schedule):
    """Runs at the times of a cron text."""

    kind: Annotated[str, Choice(("cron",))] = attrs.field(default="cron")
    cron: str
    start_at: Maybe[Moment | Template] = absent()
    end_at: Maybe[Moment | Template] = absent()
    max_runs: Maybe[int | Template] = absent()
    depends_on_past: Maybe[bool | Template] = absent()

    def __attrs_post_init__(self) -> None:
        if "{{" not in self.cron:
            check_cron(self.cron)


@spec_class(kw_only=True)
class IntervalSchedule(Schedule):
    """Runs again and again; `frequency` is seconds, from a number or an ISO 8601 duration."""

    kind: Annotated[str, Choice(("interval",))] = attrs.field(default="interval")
    frequency: int | float | str
    start_at: Maybe[Moment | Template] = absent()
    end_at: Maybe[Moment | Template] = absent()
    max_runs: Maybe[int | Template] = absent()
    depends_on_past: Maybe[bool | Template] = absent()

    def __attrs_post_init__(self) -> None:
        if isinstance(self.frequency, str) and "{{" not in self.frequency:
            seconds = seconds_of(self.frequency)
            if seconds is None:
                hint = "seconds, or an ISO 8601 duration such as `PT1H`"
                raise Mismatch("not a duration", path=("frequency",), hint=hint, code="bad-text")
            object.__setattr__(self, "frequency", seconds)


@spec_class(kw_only=True)
class DateTimeSchedule(Schedule):
    """Runs once."""

    kind: Annotated[str, Choice(("datetime",))] = attrs.field(default="datetime")
    start_at: Moment | Template


@spec_class(kw_only=True)
class EventTrigger(Node):
    """Starts the operation on events of what `ref` names."""

    kinds: Sequence[Annotated[str, Choice(EVENT_KINDS, "event")] | Template]
    ref: str


@spec_class(kw_only=True)
class JoinParam(Node):
    """What of each run found by a join goes into a param; the result is a list."""

    value: Any = absent()
    ref: Maybe[str] = absent()
    context_only: Maybe[bool] = absent()
    connection: Maybe[str] = absent()
    to_init: Maybe[bool] = absent()
    to_env: Maybe[str] = absent()


@spec_class(kw_only=True)
class Join(Node):
    """A search over runs whose results become params."""

    query: str
    ref: Maybe[str] = absent()
    sort: Maybe[str] = absent()
    limit: Maybe[int | Template] = absent()
    offset: Maybe[int | Template] = absent()
    params: Maybe[Annotated[Mapping[Name, JoinParam], Combined("entries")] | Template] = absent()


@spec_class(kw_only=True)
class StoppingPolicy(Node):
    """The base of the policies that compare a run with the others."""

    kind: str


@spec_class(kw_only=True)
class MedianPolicy(StoppingPolicy):
    """Stops runs below the median."""

    kind: Annotated[str, Choice(("median",))] = attrs.field(default="median")
    evaluation_interval: Maybe[int | Template] = absent()
    min_interval: Maybe[int | Template] = absent()
    min_samples: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class TruncationPolicy(StoppingPolicy):
    """Stops a share of the worst runs."""

    kind: Annotated[str, Choice(("truncation",))] = attrs.field(default="truncation")
    percent: float | Template
    evaluation_interval: int | Template
    min_interval: Maybe[int | Template] = absent()
    min_samples: Maybe[int | Template] = absent()
    include_succeeded: Maybe[bool | Template] = absent()


@spec_class(kw_only=True)
class DiffPolicy(StoppingPolicy):
    """Stops runs that are worse than the best by a share."""

    kind: Annotated[str, Choice(("diff",))] = attrs.field(default="diff")
    percent: float | Template
    evaluation_interval: int | Template
    min_interval: Maybe[int | Template] = absent()
    min_samples: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class EarlyStopping(Node):
    """The base of the rules that end a search early."""

    kind: str


@spec_class(kw_only=True)
class MetricEarlyStopping(EarlyStopping):
    """Ends a search when a metric reaches a value."""

    kind: Annotated[str, Choice(("metric_early_stopping",))] = attrs.field(default="metric_early_stopping")
    metric: str
    value: float | Template
    optimization: Optimization
    policy: Maybe[StoppingPolicy] = absent()


@spec_class(kw_only=True)
class FailureEarlyStopping(EarlyStopping):
    """Ends a search when too many runs fail."""

    kind: Annotated[str, Choice(("failure_early_stopping",))] = attrs.field(default="failure_early_stopping")
    percent: Annotated[float, Bounds(least=0)] | Template


EarlyStoppings = Sequence[EarlyStopping]
SCHEDULES: Mapping[str, type[Schedule]] = {"cron": CronSchedule, "interval": IntervalSchedule, "datetime": DateTimeSchedule}
POLICIES: Mapping[str, type[StoppingPolicy]] = {"median": MedianPolicy, "truncation": TruncationPolicy, "diff": DiffPolicy}
EARLY_STOPPINGS: Mapping[str, type[EarlyStopping]] = {
    "metric_early_stopping": MetricEarlyStopping,
    "failure_early_stopping": FailureEarlyStopping,
}
