"""The run kinds: what a component runs (polyaxonfile section 11). One file a kind."""

from collections.abc import Mapping

from polyspec.spec.run.base import Replica, Run, RunPatch
from polyspec.spec.run.dag import Dag
from polyspec.spec.run.dask import DaskCluster
from polyspec.spec.run.job import Cleaner, Job, Notifier, Tuner
from polyspec.spec.run.mpi import MPIJob
from polyspec.spec.run.pytorch import ElasticPolicy, PytorchJob
from polyspec.spec.run.ray import AutoscalerOptions, RayCluster
from polyspec.spec.run.service import Service
from polyspec.spec.run.tensorflow import TFJob

RUN_KINDS: Mapping[str, type[Run]] = {
    "job": Job,
    "service": Service,
    "dag": Dag,
    "mpijob": MPIJob,
    "pytorchjob": PytorchJob,
    "tfjob": TFJob,
    "daskcluster": DaskCluster,
    "raycluster": RayCluster,
    "notifier": Notifier,
    "cleaner": Cleaner,
    "tuner": Tuner,
}
"""Every kind of run."""

__all__ = [
    "RUN_KINDS",
    "AutoscalerOptions",
    "Cleaner",
    "Dag",
    "DaskCluster",
    "ElasticPolicy",
    "Job",
    "MPIJob",
    "Notifier",
    "PytorchJob",
    "RayCluster",
    "Replica",
    "Run",
    "RunPatch",
    "Service",
    "TFJob",
    "Tuner",
]
