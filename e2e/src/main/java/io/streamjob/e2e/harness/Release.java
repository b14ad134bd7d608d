package io.streamjob.e2e.harness;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A chart that Helm has installed. That is done in a process of its own: the library takes SIGINT,
 * SIGTERM and SIGQUIT from the process that it first installs in, and never gives them back.
 *
 * @param chart folder of the chart
 * @param name of the release
 * @param namespace made if it is not there
 * @param values set in the chart, by path
 * @see <a href="https://github.com/manusa/helm-java/issues/409">helm-java 409</a>
 */
record Release(Path chart, String name, String namespace, Map<String, String> values) {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Installs it, or brings the installed one up to date. */
  void install(Path kubeconfig) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Release.class.getName(),
                chart.toString(),
                name,
                namespace,
                kubeconfig.toString()));
    values.forEach((path, value) -> command.add(path + "=" + value));
    new Command(command, Map.of(), LIMIT, false).output();
  }

  public static void main(String[] args) {
    var upgrade =
        new Helm(Path.of(args[0]))
            .upgrade()
            .install()
            .withName(args[1])
            .withNamespace(args[2])
            .createNamespace()
            .withKubeConfig(Path.of(args[3]));
    for (String value : List.of(args).subList(4, args.length)) {
      int equals = value.indexOf('=');
      upgrade.set(value.substring(0, equals), value.substring(equals + 1));
    }
    upgrade.call();
  }
}
