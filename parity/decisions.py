"""Which differences from Polyaxon are meant: one small rule for each decision, with its reason.

A rule may ask Polyaxon another question (`rewrites`), put a part of its answer right (`mends`), explain one difference of two
compiled operations (`explains`), say why polyspec refuses what Polyaxon takes (`refuses`), or takes what Polyaxon refuses
(`accepts`). What no rule explains is a difference that is not meant. `S#` and section numbers are those of the list of
decisions; the other names are faults of Polyaxon that this comparison found (docs/compatibility.md).
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from parity import rules
from parity.compare import Difference, Ours, Steps
from parity.generators import Case
from parity.peer import Answer
from parity.questions import as_layers, without_nulls
from parity.rules import coded, dropped, said, told


@attrs.frozen
class Decision:
    """One decision: why the two differ, and how to tell that they differ for this reason alone.

    `mends` takes Polyaxon's value, polyspec's and their path, and gives Polyaxon's put right, or as it was.
    """

    id: str
    reason: str
    rewrites: Callable[[Case], Case] | None = None
    mends: Callable[[Any, Any, Steps], Any] | None = None
    explains: Callable[[Difference, Case], bool] | None = None
    refuses: Callable[[Ours, Case], bool] | None = None
    accepts: Callable[[Answer, Case], bool] | None = None


LISTED: Sequence[Decision] = (
    Decision(
        "S17", "null removes what was inherited, under post_merge and replace", rewrites=without_nulls, refuses=coded("no-run")
    ),
    Decision("S12", "each preset is a layer over everything before it, under its own strategy", rewrites=as_layers),
    Decision("S16", "lists of named things merge by key; base order is kept", mends=rules.by_key, refuses=coded("many-sources")),
    Decision("S15", "command and args are concatenated", mends=rules.whole_line),
    Decision(
        "S1",
        "text stays text: none is read as Python",
        explains=rules.read_as_python,
        accepts=told(
            r"Could not apply run context, error[^\n]*(requires string as left operand, not|\n(.*\n)*.*Could not parse value `[\[{])"
        ),
    ),
    Decision(
        "S1 text",
        "in a text field, what a template gives is text",
        explains=rules.text_of_value,
        accepts=told(
            r"for V1CompiledOperation\n(.*\n)*\s+Input should be a valid string \[type=string_type, input_value=(?!None)"
        ),
    ),
    Decision("S5", "templates are a closed language, in which nothing is called", refuses=coded("template-language")),
    Decision("S7", "an unknown name in a template is a mistake", refuses=coded("unknown-name")),
    Decision(
        "S26",
        "types that take text take it, without JSON's quotes",
        accepts=told(r"to `(StrictStr|SecretStr|StrictBytes|ByteSize|Json)?`"),
    ),
    Decision("S27", "`validation.delay` says that the value comes when it runs", accepts=rules.delayed),
    Decision("S29", "reserved and repeated names are mistakes", refuses=coded("duplicate-name", "reserved-name")),
    Decision("S30", "a default may be a template for an input of any type", accepts=told(r"Could not parse value `[^`]*\{\{")),
    Decision(
        "S33",
        "anything fits `any`, a metric is a float, and what has no type fits",
        accepts=rules.fits_anything,
    ),
    Decision("S34", "what a param refers to exists, whether its input is declared or not", refuses=coded("unknown-output")),
    Decision(
        "S36",
        "events, joins and template of an operation stay, and are checked",
        explains=dropped("events", "joins", "template"),
        refuses=said("unknown event|unknown name `params`"),
    ),
    Decision(
        "S37/S38", "name, description, tags and the fields beside the replicas are rendered", explains=rules.left_as_template
    ),
    Decision(
        "S38 names", "a pod of a Ray cluster sees what every pod sees", accepts=told("'(globals|connections|init)' is undefined")
    ),
    Decision("S39", "the artifacts store comes with artifacts and paths for every run kind", explains=rules.store_added),
    Decision("S40", "compiling needs no agent that knows its namespaces", accepts=told("is not managed by the agent")),
    Decision("9 ray", "a patch that adds a worker to a Ray cluster adds it", explains=rules.worker_added),
    Decision("7.2", "a bool is no number", refuses=rules.found_bool),
)
"""Those of the list of decisions."""

FOUND: Sequence[Decision] = (
    Decision(
        "strict-scalars",
        "nothing is coerced silently: text is no number and no bool, a number is no bool; the message says what to write",
        refuses=said(r"expected .*, found (text|a bool|an integer|a number)|`\w+` is an? (number|integer)"),
    ),
    Decision("kubernetes", "what Kubernetes would refuse is refused before it runs", refuses=rules.in_kubernetes),
    Decision(
        "templates",
        "a template may stand wherever a value may",
        accepts=rules.template_refused,
    ),
    Decision(
        "null",
        "null is the same as absent wherever a field may be absent",
        accepts=rules.null_refused,
    ),
    Decision(
        "short-params",
        "params are written in short form everywhere: in hooks, builds and tuners too",
        explains=rules.short_param,
        accepts=told(r"(hooks|tuner|build)\S*\.params\.\S*V1Param"),
    ),
    Decision(
        "joins",
        "a param of a join is a list that is known when it runs; Polyaxon hands out the text that says what to look for",
        mends=rules.unresolved_joins,
    ),
    Decision(
        "digits",
        "the digits of a number are those of its value",
        accepts=told(r"Value `-?\d+\.0` must have at most `\d+` digits"),
    ),
    Decision(
        "items",
        "an item of a list is converted as a value of its type is",
        accepts=told(r"to `(typing\.)?List\[[^`]*`\n(.*\n)*.*type=int_parsing, input_value='[\d.]+[eE]\+?\d+'"),
    ),
    Decision("defaults", "a default is converted as a param is", explains=rules.converted_default),
    Decision(
        "global-refs",
        "a param may take whatever a run tells of itself",
        accepts=told(r"has a ref value `globals\.\w+`, but reference with name"),
    ),
    Decision(
        "as-args", "`params.as_args` are the params; in a replica Polyaxon adds the `globals`", explains=rules.globals_as_argument
    ),
    Decision("moments", "a time is kept as it is written; both spellings are one moment", explains=rules.same_moment),
    Decision("no-epoch", "a moment is a date or a time, not a number", refuses=said("not a date or a time")),
    Decision("naive-times", "a time without a zone is compared as text", accepts=told("offset-naive and offset-aware")),
    Decision("queue", "a queue is `queue` or `agent/queue`", refuses=said("not a queue")),
    Decision("cron", "the text of a cron schedule is checked", refuses=coded("bad-cron")),
    Decision("git", "the url and revision of a repository are no options of git", refuses=coded("bad-git")),
    Decision(
        "image-connection",
        "an image may come with any connection; Polyaxon asks each for its url",
        accepts=told("object has no attribute 'url'"),
    ),
    Decision("no-connection", "an empty connection is none", accepts=told(r"catalog: `\{'(\{%.*)?'\}`|KeyError: ''")),
    Decision(
        "cleaner",
        "a cleaner has its connections; Polyaxon looks none of them up",
        accepts=rules.connection_of_cleaner,
        refuses=rules.unknown_to_cleaner,
    ),
    Decision("empty-init", "an input without a value makes no init step", mends=rules.without_empty_steps),
    Decision(
        "init-containers",
        "the container of an init step is a container in every run kind",
        accepts=told("'V1Container' object has no attribute 'get'|not JSON serializable: V1"),
    ),
    Decision(
        "pod-security",
        "`environment.securityContext` is that of a pod, and takes `fsGroup` and the like",
        accepts=told(
            r"V1SecurityContext.__init__\(\) got an unexpected keyword argument '(fs_group|supplemental_groups|sysctls)"
            r"|'V1SecurityContext' object has no attribute"
        ),
    ),
    Decision(
        "empty-dns", "an empty `dnsConfig` says nothing", accepts=told(r"dnsConfig\n.*V1PodDNSConfig [^\n]*input_value=\{\}")
    ),
    Decision(
        "incomplete", "a mapping of Kubernetes' may be completed by another layer", accepts=told(r"`\w+`, must not be `None`")
    ),
    Decision(
        "mounts",
        "two layers with `mount` are one list; Polyaxon crashes, or takes an empty list for a reset",
        explains=dropped("mount"),
        accepts=told("'list' object has no attribute 'kind'"),
    ),
    Decision("autoscaler", "`autoscalerOptions` is written in camelCase like everything else", mends=rules.camel_case),
    Decision("downward-api", "a volume's `downwardAPI` is written as Kubernetes has it", mends=rules.downward_api),
    Decision(
        "loose-texts",
        "the metadata of a Ray cluster and the mode of a file are text: a number is its text",
        accepts=told(r"run\.metadata\n|\bmetadata\.\w+\n|\.file\.V1FileType\.chmod"),
    ),
    Decision("uuids", "the uuids of a Tensorboard are looked at when it runs", accepts=told("tensorboard.*uuids")),
    Decision("optional-in-dag", "an input with a default is optional without saying so", mends=rules.said_optional),
    Decision(
        "context-refs",
        "a param that an operation does not declare is one of its inputs when it has run, and may be referred to",
        accepts=told(r"has a ref value `inputs\.\w+`, but reference with name"),
    ),
    Decision(
        "unused-components",
        "of a component that no operation uses, the defaults are not looked at",
        accepts=told(r"run\.components\.(inputs|outputs)\."),
    ),
    Decision("runs-later", "what a matrix or a schedule runs is settled for each of its runs", explains=rules.store_of_runs),
    Decision("empty-description", "an empty description is kept", explains=dropped("description")),
    Decision("empty-param", "an empty param is none", accepts=told("No value was provided for the non optional key")),
    Decision("empty-space", "a space or a distribution has its values", refuses=said("the field `value` is missing|found null")),
    Decision(
        "names", "the name of an input is one that templates can use", refuses=said("not a name"), explains=rules.rendered_name
    ),
    Decision(
        "snake-root", "fields are written in either case, at the root too", accepts=told("Unexpected section `[a-z]+(_[a-z]+)+`")
    ),
)
"""Those that this comparison found."""

DECISIONS: Sequence[Decision] = (*LISTED, *FOUND)
