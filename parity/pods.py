"""What a pod is made of: containers and their parts, volumes, init steps, the environment (polyaxonfile sections 11 and 12)."""

from hypothesis import strategies as st

from parity.words import (
    CPU,
    MEMORY,
    Strategy,
    Tree,
    bools,
    connections,
    counts,
    images,
    keyed,
    labels,
    mapping,
    names,
    paths,
    some,
    texts,
    uuids,
)

env_names = st.sampled_from(("LR", "HOME_DIR", "NCCL_DEBUG", "A", "B_2"))
ports = st.sampled_from((80, 8080, 6006, 443))
key_refs = mapping({"name": names, "key": names}, optional=bools)
quantities = mapping(
    cpu=st.sampled_from(CPU), memory=st.sampled_from(MEMORY), **{"nvidia.com/gpu": counts, "ephemeral-storage": st.just("1Gi")}
)
resources = mapping(limits=quantities, requests=quantities, claims=some(mapping({"name": names}), most=1))

env_sources = st.one_of(
    mapping({"secretKeyRef": key_refs}),
    mapping({"configMapKeyRef": key_refs}),
    mapping({"fieldRef": mapping({"fieldPath": st.just("metadata.name")}, apiVersion=st.just("v1"))}),
    mapping({"resourceFieldRef": mapping({"resource": st.just("limits.cpu")}, containerName=names)}),
)
env_vars = st.one_of(mapping({"value": texts}), mapping({"valueFrom": env_sources}))
env = keyed(env_vars, "name", env_names)
handlers = st.one_of(
    mapping({"exec": mapping({"command": some(texts, least=1)})}),
    mapping({"httpGet": mapping({"port": st.one_of(ports, st.just("http"))}, path=paths, scheme=st.just("HTTPS"), host=names, httpHeaders=some(mapping({"name": names, "value": texts}), most=1))}),
    mapping({"tcpSocket": mapping({"port": ports}, host=names)}),
)  # fmt: skip


@st.composite
def probes(draw: st.DrawFn) -> Tree:
    """A probe: how it asks, and when."""
    when = mapping(initialDelaySeconds=counts, periodSeconds=counts, failureThreshold=counts, timeoutSeconds=counts)
    return {**draw(handlers), **draw(when)}


security = mapping(
    runAsUser=counts,
    runAsNonRoot=bools,
    privileged=bools,
    allowPrivilegeEscalation=bools,
    capabilities=mapping(add=some(st.just("SYS_ADMIN")), drop=some(st.just("ALL"), most=1)),
    seccompProfile=mapping({"type": st.just("RuntimeDefault")}),
    seLinuxOptions=mapping(level=names, user=names),
    readOnlyRootFilesystem=bools,
    procMount=st.just("Default"),
)
mounts = keyed(
    mapping({"name": names}, subPath=texts, readOnly=bools, mountPropagation=st.just("None"), subPathExpr=texts),
    "mountPath",
    paths,
)
items = st.text("abc-=./ ", min_size=1, max_size=6).map(lambda text: f"--{text}")
command_lines = st.lists(items, max_size=4, unique=True)
"""Items are unique: what Polyaxon does with repeated ones is a decision of its own (S15)."""

container_fields: dict[str, Strategy] = {
    "image": images,
    "imagePullPolicy": st.sampled_from(("Always", "IfNotPresent", "Never")),
    "command": command_lines,
    "args": command_lines,
    "workingDir": paths,
    "env": env,
    "envFrom": some(
        mapping(configMapRef=mapping({"name": names}, optional=bools), secretRef=mapping({"name": names}), prefix=st.just("P_")),
        most=2,
    ),
    "ports": keyed(mapping(name=names, hostPort=ports), "containerPort", ports),
    "resources": resources,
    "volumeMounts": mounts,
    "volumeDevices": keyed(mapping({"name": names}), "devicePath", paths, most=2),
    "livenessProbe": probes(),
    "readinessProbe": probes(),
    "startupProbe": probes(),
    "lifecycle": mapping(postStart=handlers, preStop=handlers),
    "securityContext": security,
    "restartPolicy": st.just("Always"),
    "resizePolicy": some(mapping({"resourceName": st.just("cpu"), "restartPolicy": st.just("NotRequired")}), most=1),
    "stdin": bools,
    "stdinOnce": bools,
    "tty": bools,
    "terminationMessagePath": paths,
    "terminationMessagePolicy": st.sampled_from(("File", "FallbackToLogsOnError")),
}
containers = mapping({}, 5, name=names, **container_fields)
sidecars = keyed(mapping({}, 3, **container_fields), "name", names, most=2)

volume_sources = st.one_of(
    mapping({"emptyDir": mapping(medium=st.just("Memory"), sizeLimit=st.just("1Gi"))}),
    mapping({"hostPath": mapping({"path": paths}, type=st.just("Directory"))}),
    mapping({"persistentVolumeClaim": mapping({"claimName": names}, readOnly=bools)}),
    mapping({"configMap": mapping(name=names, items=some(mapping({"key": names, "path": paths}), most=1), optional=bools)}),
    mapping({"secret": mapping(secretName=names, defaultMode=st.just(420), optional=bools)}),
    mapping({"nfs": mapping({"server": names, "path": paths}, readOnly=bools)}),
    mapping({"csi": mapping({"driver": names}, volumeAttributes=st.dictionaries(names, texts, max_size=2))}),
    mapping(
        {
            "projected": mapping(
                {
                    "sources": some(
                        mapping(
                            {},
                            1,
                            configMap=mapping(name=names),
                            serviceAccountToken=mapping({"path": paths}, expirationSeconds=counts),
                        ),
                        least=1,
                        most=2,
                    )
                },
                defaultMode=st.just(420),
            )
        }
    ),
    mapping(
        {
            "downwardAPI": mapping(
                {"items": some(mapping({"path": paths, "fieldRef": mapping({"fieldPath": st.just("metadata.labels")})}), most=1)}
            )
        }
    ),
    mapping({"gitRepo": mapping({"repository": st.just("https://github.com/org/repo")}, revision=names, directory=paths)}),
    mapping({"image": mapping(reference=images, pullPolicy=st.just("Always"))}),
    mapping(
        {
            "ephemeral": mapping(
                {
                    "volumeClaimTemplate": mapping(
                        {
                            "spec": mapping(
                                accessModes=some(st.just("ReadWriteOnce"), most=1),
                                storageClassName=names,
                                resources=mapping({"requests": mapping({"storage": st.just("1Gi")})}),
                            )
                        }
                    )
                }
            )
        }
    ),
    mapping({"iscsi": mapping({"targetPortal": names, "iqn": names, "lun": counts})}),
    mapping({"awsElasticBlockStore": mapping({"volumeID": names}, fsType=st.just("ext4"))}),
    mapping({"flexVolume": mapping({"driver": names}, options=st.dictionaries(names, texts, max_size=1))}),
)
volumes = keyed(volume_sources, "name", names, most=2)

tolerations = some(
    mapping(
        key=names,
        operator=st.sampled_from(("Exists", "Equal")),
        value=texts,
        effect=st.just("NoSchedule"),
        tolerationSeconds=counts,
    ),
    most=2,
)
terms = mapping(
    {"matchExpressions": some(mapping({"key": names, "operator": st.just("In"), "values": some(texts)}), least=1, most=1)}
)
affinities = mapping(
    nodeAffinity=mapping(
        {"requiredDuringSchedulingIgnoredDuringExecution": mapping({"nodeSelectorTerms": some(terms, least=1, most=2)})}
    ),
    podAffinity=mapping(
        {"requiredDuringSchedulingIgnoredDuringExecution": some(mapping({"topologyKey": names}, namespaces=some(names)), most=1)}
    ),
    podAntiAffinity=mapping(
        {
            "preferredDuringSchedulingIgnoredDuringExecution": some(
                mapping(
                    {
                        "weight": counts,
                        "podAffinityTerm": mapping(
                            {"topologyKey": st.just("kubernetes.io/hostname")},
                            labelSelector=mapping({"matchLabels": st.dictionaries(names, texts, max_size=2)}),
                        ),
                    }
                ),
                most=1,
            )
        }
    ),
)
environments = mapping(
    {},
    5,
    labels=labels,
    annotations=labels,
    nodeSelector=labels,
    affinity=affinities,
    tolerations=tolerations,
    nodeName=names,
    serviceAccountName=names,
    hostAliases=some(mapping({"ip": st.just("127.0.0.1"), "hostnames": some(names)}), most=2),
    securityContext=mapping(runAsUser=counts, runAsGroup=counts, runAsNonRoot=bools, privileged=bools),
    imagePullSecrets=some(names),
    hostNetwork=bools,
    hostPID=bools,
    dnsPolicy=st.sampled_from(("ClusterFirst", "Default", "None")),
    dnsConfig=mapping(
        {"nameservers": some(st.just("1.1.1.1"), least=1, most=1)},
        searches=some(names),
        options=some(mapping({"name": names}, value=texts), most=1),
    ),
    schedulerName=names,
    priorityClassName=names,
    priority=counts,
    restartPolicy=st.sampled_from(("Always", "OnFailure", "Never", "ExitCode")),
)

moves = some(st.one_of(paths, st.lists(paths, min_size=2, max_size=2)))
git = mapping(url=st.just("https://github.com/org/repo"), revision=st.just("main"), flags=some(st.just("--recursive"), most=1))
artifacts = mapping(files=moves, dirs=moves, workers=counts)
dockerfiles = mapping(
    {"image": images},
    env=st.dictionaries(env_names, texts, max_size=2),
    path=some(paths, most=1),
    copy_=moves,
    postRunCopy=moves,
    run=some(texts),
    langEnv=st.just("en_US.UTF-8"),
    uid=counts,
    gid=counts,
    username=names,
    filename=names,
    workdir=paths,
    workdirPath=paths,
    shell=st.just("/bin/bash"),
)
files = mapping({"content": texts}, filename=names, chmod=st.just("+x"), kind=st.sampled_from(("file", "dir")))
tensorboards = mapping(
    port=ports,
    uuids=st.one_of(some(uuids), uuids),
    useNames=bools,
    pathPrefix=paths,
    plugins=st.one_of(some(names), st.just("a,b")),
)
init_connections = st.sampled_from(("repo", "datasets", "bucket", "nfs"))


def _step(**source: Strategy) -> Strategy:
    return mapping(source, 2, path=paths, container=mapping(image=images, name=names, env=env, resources=resources))


init_steps = st.one_of(
    _step(git=git.filter(lambda found: "url" in found)),
    _step(git=git, connection=st.just("repo")),
    _step(artifacts=artifacts),
    _step(artifacts=artifacts, connection=init_connections),
    _step(paths=moves),
    _step(paths=paths),
    _step(paths=moves, connection=init_connections),
    _step(dockerfile=dockerfiles),
    _step(file=files),
    _step(tensorboard=tensorboards),
    _step(lineageRef=names),
    _step(modelRef=names),
    _step(artifactRef=names),
    _step(connection=init_connections),
    mapping({"container": containers}),
)
inits = some(init_steps, most=2)

pod_fields: dict[str, Strategy] = {
    "environment": environments,
    "connections": st.lists(connections, max_size=3, unique=True),
    "volumes": volumes,
    "init": inits,
    "sidecars": sidecars,
    "container": containers,
}
