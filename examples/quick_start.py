# %% [markdown]
# # The quick start, from classes
#
# The operation of the tutorial, built in Python, compiled, and run on this machine without a network.
# Run it from the root of a checkout, as a script or cell by cell.

# %%
import polyspec
from polyspec import IO, Component, Operation, Param, Resolvers, RunPatch
from polyspec.executors import LocalExecutor
from polyspec.spec.container import Container, Resources
from polyspec.spec.init import GitInit, Init
from polyspec.spec.run import Job

# %% [markdown]
# ## The component: what can run

# %%
component = Component(
    version=1.1,
    name="typed-experiment",
    description="experiment with inputs",
    tags=["examples"],
    inputs=[
        IO(name="conv1_size", type="int", value=32, is_optional=True),
        IO(name="conv2_size", type="int", value=64, is_optional=True),
        IO(name="dropout", type="float", value=0.2, is_optional=True),
        IO(name="hidden1_size", type="int", value=500, is_optional=True),
        IO(name="conv_activation", type="str", value="relu", is_optional=True),
        IO(name="dense_activation", type="str", value="relu", is_optional=True),
        IO(name="optimizer", type="str", value="adam", is_optional=True),
        IO(name="learning_rate", type="float", value=0.001, is_optional=True),
        IO(name="epochs", type="int"),
    ],
    outputs=[IO(name="loss", type="float"), IO(name="accuracy", type="float")],
    run=Job(
        init=[Init(git=GitInit(url="https://github.com/polyaxon/polyaxon-quick-start"))],
        container=Container(
            image="polyaxon/polyaxon-quick-start",
            working_dir="{{ globals.artifacts_path }}/polyaxon-quick-start/scheduling",
            command=["python3", "model.py"],
            args=[
                "--conv1_size={{ conv1_size }}",
                "--conv2_size={{ conv2_size }}",
                "--dropout={{ dropout }}",
                "--hidden1_size={{ hidden1_size }}",
                "--optimizer={{ optimizer }}",
                "--conv_activation={{ conv_activation }}",
                "--dense_activation={{ dense_activation }}",
                "--learning_rate={{ learning_rate }}",
                "--epochs={{ epochs }}",
            ],
        ),
    ),
)

# %% [markdown]
# ## The operation: how to run it

# %%
operation = Operation(
    version=1.1,
    component=component,
    params={"optimizer": Param(value="sgd"), "epochs": Param(value=1)},
    run_patch=RunPatch(container=Container(resources=Resources(limits={"nvidia.com/gpu": 1}))),
)
print(operation.to_yaml())

# %% [markdown]
# ## Compiled
#
# It is the operation of the tutorial: the files compile to the same run spec.

# %%
built = polyspec.compile(operation)

github = "https://raw.githubusercontent.com/polyaxon/polyaxon-quick-start/master/"
resolvers = Resolvers.default(mirrors={github: "examples/quick-start/repository"})
written = polyspec.compile("examples/quick-start/operation.yaml", resolvers=resolvers)

assert built == written
assert built.digest == written.digest
print(*built.run.container.args, sep="\n")

# %% [markdown]
# ## Run
#
# The preset puts a stand-in in the place of the repository, and asks for no GPU.

# %%
spec = polyspec.compile(operation, {"epochs": 3}, presets=["examples/quick-start/offline.yaml"])
run = LocalExecutor("runs").submit(spec)
for line in run.logs(follow=True):
    print(line)
print(run.wait(), run.exit_code)
