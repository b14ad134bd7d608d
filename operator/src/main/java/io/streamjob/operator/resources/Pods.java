package io.streamjob.operator.resources;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The operator's own part of a pod: what the entry points of the runtime image ask for. */
final class Pods {
  static final String CONFIG_FOLDER = "/etc/streamjob/conf";

  private static final String CONFIG_VOLUME = "streamjob-config";
  private static final String DATA_VOLUME = "streamjob-data";
  private static final String TEMPORARY_VOLUME = "streamjob-tmp";
  private static final String JAR_VOLUME = "streamjob-jar";

  /** Where a jar lies that was fetched; a volume of the coordinator's. */
  private static final String JAR_FOLDER = "/opt/streamjob/fetched";

  private static final String FETCHED_JAR = JAR_FOLDER + "/job.jar";

  /** The engine stops in under a second; a worker that hangs must not hold up a rollout. */
  private static final long GRACE_SECONDS = 10;

  /** The first start on a busy node may include minutes of class loading. */
  private static final int STARTUP_SECONDS = 600;

  private final Names names;
  private final int attempt;
  private final EffectiveSpec spec;

  Pods(Names names, int attempt, EffectiveSpec spec) {
    this.names = names;
    this.attempt = attempt;
    this.spec = spec;
  }

  PodTemplateSpec template(Component component, ProcessMemory.Divided memory) {
    PodTemplateSpec template = common(component, memory);
    if (component == Component.COORDINATOR
        && spec.program().jar() instanceof EffectiveSpec.Jar.Fetched jar) {
      PodSpec pod = template.getSpec();
      pod.setInitContainers(List.of(fetching(jar, memory)));
      pod.getVolumes().add(emptyDir(JAR_VOLUME));
      pod.getContainers().getFirst().getVolumeMounts().add(mount(JAR_VOLUME, JAR_FOLDER, true));
    }
    return template;
  }

  private PodTemplateSpec common(Component component, ProcessMemory.Divided memory) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Labels.component(names, attempt, component))
        .endMetadata()
        .withNewSpec()
        // Else the engine never calls the Kubernetes API. It never needs a variable per Service.
        .withAutomountServiceAccountToken(spec.isHighlyAvailable())
        .withServiceAccountName(spec.isHighlyAvailable() ? serviceAccount(names, component) : null)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withImagePullSecrets(spec.imagePullSecrets())
        .withContainers(container(component, memory))
        .addNewVolume()
        .withName(CONFIG_VOLUME)
        .withNewConfigMap()
        .withName(names.configMap())
        .endConfigMap()
        .endVolume()
        .addToVolumes(emptyDir(DATA_VOLUME), emptyDir(TEMPORARY_VOLUME))
        .endSpec()
        .build();
  }

  private static Volume emptyDir(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }

  /** The account of the pods of one kind, unless their template names another. */
  static String serviceAccount(Names names, Component component) {
    return switch (component) {
      case COORDINATOR -> names.coordinator();
      case WORKER -> names.worker();
    };
  }

  private Container container(Component component, ProcessMemory.Divided memory) {
    ContainerBuilder builder =
        new ContainerBuilder()
            .withName(PodMerge.CONTAINER)
            .withImage(spec.image())
            .withImagePullPolicy(spec.imagePullPolicy().map(Enum::name).orElse(null))
            .withCommand(component.word())
            .withEnv(environment(component, memory))
            .withVolumeMounts(
                mount(CONFIG_VOLUME, CONFIG_FOLDER, true),
                mount(DATA_VOLUME, EngineOptions.DATA_FOLDER, false),
                mount(TEMPORARY_VOLUME, EngineOptions.TEMPORARY_FOLDER, false));
    return switch (component) {
      case COORDINATOR -> coordinator(builder, memory);
      case WORKER -> worker(builder, memory);
    };
  }

  /**
   * Fetches the jar as the identity of the job and on the engine's way to the storage, and proves
   * that it is the one that is wished. What it takes of the node, the coordinator takes after it.
   */
  private Container fetching(EffectiveSpec.Jar.Fetched jar, ProcessMemory.Divided memory) {
    List<EnvVar> environment = new ArrayList<>(engine(memory));
    environment.addAll(credentials());
    return new ContainerBuilder()
        .withName(RevisionCluster.FETCHING_CONTAINER)
        .withImage(spec.image())
        .withImagePullPolicy(spec.imagePullPolicy().map(Enum::name).orElse(null))
        .withCommand("fetch-jar")
        .withArgs("--from", jar.name(), "--sha256", jar.sha256(), "--to", FETCHED_JAR)
        .withEnv(environment)
        .withResources(spec.coordinator().resources())
        // It says why it fails; a JVM that does not start says so in the log.
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withVolumeMounts(
            mount(CONFIG_VOLUME, CONFIG_FOLDER, true),
            mount(TEMPORARY_VOLUME, EngineOptions.TEMPORARY_FOLDER, false),
            mount(JAR_VOLUME, JAR_FOLDER, false))
        .build();
  }

  /**
   * The probe asks for something that only an elected dispatcher answers, for itself or for those
   * who stand by. There is no liveness probe: the engine ends its process when it cannot go on, and
   * a slow coordinator is not a dead one - killing it would stop the job.
   */
  private Container coordinator(ContainerBuilder builder, ProcessMemory.Divided memory) {
    ProbeBuilder answersRest =
        new ProbeBuilder()
            .withNewHttpGet()
            .withPath("/config")
            .withPort(new IntOrString("rest"))
            .endHttpGet()
            .withTimeoutSeconds(5);
    return builder
        .withArgs(dynamicOptions(memory, address()))
        .withResources(spec.coordinator().resources())
        .withPorts(
            port("rest", Names.REST_PORT),
            port("rpc", EngineOptions.RPC_PORT),
            port("blob", EngineOptions.BLOB_PORT),
            port("metrics-query", EngineOptions.METRICS_QUERY_PORT),
            port("metrics", EngineOptions.METRICS_PORT))
        .withStartupProbe(
            answersRest.withPeriodSeconds(1).withFailureThreshold(STARTUP_SECONDS).build())
        .withReadinessProbe(answersRest.withPeriodSeconds(10).withFailureThreshold(3).build())
        .build();
  }

  /**
   * Whoever leads is found by the address that it has written down: the Service leads to all. Bound
   * to every address, it would tell those who stand by the name of its pod, which they cannot
   * resolve, as the place to bring jars to.
   */
  private Map<String, String> address() {
    return spec.isHighlyAvailable()
        ? Map.of("jobmanager.rpc.address", "$(POD_IP)", "jobmanager.bind-host", "$(POD_IP)")
        : Map.of();
  }

  /** No probe: whether a worker is of use is told by the slots that the coordinator counts. */
  private Container worker(ContainerBuilder builder, ProcessMemory.Divided memory) {
    return builder
        .withArgs(
            dynamicOptions(
                memory,
                Map.of(
                    // Workers have no DNS names of their own.
                    "taskmanager.host", "$(POD_IP)",
                    // A restarted worker replaces its former self at once instead of after the
                    // heartbeat timeout, and messages name the pod.
                    "taskmanager.resource-id", "$(POD_NAME)")))
        .withResources(spec.worker().resources())
        .withPorts(
            port("data", EngineOptions.WORKER_DATA_PORT),
            port("rpc", EngineOptions.WORKER_RPC_PORT),
            port("metrics-query", EngineOptions.METRICS_QUERY_PORT),
            port("metrics", EngineOptions.METRICS_PORT))
        .build();
  }

  private static List<String> dynamicOptions(
      ProcessMemory.Divided memory, Map<String, String> more) {
    return Stream.concat(
            new TreeMap<>(more)
                .entrySet().stream().map(option -> option.getKey() + "=" + option.getValue()),
            memory.options().stream())
        .map(option -> "-D" + option)
        .toList();
  }

  private List<EnvVar> environment(Component component, ProcessMemory.Divided memory) {
    List<EnvVar> environment = new ArrayList<>();
    environment.add(fromField("POD_IP", "status.podIP"));
    environment.add(fromField("POD_NAME", "metadata.name"));
    environment.addAll(engine(memory));
    if (component == Component.COORDINATOR) {
      String jar =
          switch (spec.program().jar()) {
            case EffectiveSpec.Jar.InImage(String path) -> path;
            case EffectiveSpec.Jar.Fetched fetched -> FETCHED_JAR;
          };
      environment.add(new EnvVar("STREAMJOB_JOB_JAR", jar, null));
    }
    environment.addAll(credentials());
    return environment;
  }

  private static List<EnvVar> engine(ProcessMemory.Divided memory) {
    return List.of(
        new EnvVar("FLINK_CONF_DIR", CONFIG_FOLDER, null),
        new EnvVar("STREAMJOB_JVM_FLAGS", memory.jvmFlags(), null));
  }

  private List<EnvVar> credentials() {
    return spec.state()
        .credentialsSecret()
        .map(
            secret ->
                List.of(
                    fromSecret(secret, "AWS_ACCESS_KEY_ID"),
                    fromSecret(secret, "AWS_SECRET_ACCESS_KEY")))
        .orElse(List.of());
  }

  private static EnvVar fromField(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
  }

  private static EnvVar fromSecret(String secret, String key) {
    return new EnvVarBuilder()
        .withName(key)
        .withNewValueFrom()
        .withNewSecretKeyRef(key, secret, false)
        .endValueFrom()
        .build();
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder().withName(name).withContainerPort(number).build();
  }

  private static VolumeMount mount(String volume, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withReadOnly(readOnly ? true : null)
        .build();
  }
}
