package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.Submission;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Requests to run a main method: {@code POST /jars/<id>/run-application}. */
final class Runs {
  private static final String PREFLIGHT = "io.streamjob.boot.Preflight";

  /** How the engine names the folder of a savepoint, and of a checkpoint. */
  private static final Pattern RESTORE_POINT =
      Pattern.compile(".*/(savepoint-[0-9a-f]+-[0-9a-f]+|chk-[0-9]+)");

  private Runs() {}

  /** What runs is another main method, which tries that of the submission. */
  static String path(Submission submission) {
    String jar = submission.dryRun() ? Submission.WARM_UP_JAR : submission.jar();
    return "/jars/" + URLEncoder.encode(jar, StandardCharsets.UTF_8) + "/run-application";
  }

  static Map<String, Object> body(Submission submission) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("applicationId", submission.application().hex());
    submission.job().ifPresent(job -> body.put("jobId", job.hex()));
    if (submission.dryRun()) {
      body.put("entryClass", PREFLIGHT);
      body.put("programArgsList", preflightArgs(submission));
    } else {
      submission.entryClass().ifPresent(entryClass -> body.put("entryClass", entryClass));
      body.put("programArgsList", submission.args());
      submission.restoreFrom().ifPresent(location -> body.put("savepointPath", fileOf(location)));
      body.put("claimMode", "NO_CLAIM");
      body.put("allowNonRestoredState", false);
    }
    body.put("parallelism", submission.parallelism());
    body.put("flinkConfiguration", submission.options());
    return body;
  }

  private static List<String> preflightArgs(Submission submission) {
    List<String> args =
        new ArrayList<>(
            List.of("--jar", submission.jar(), "--parallelism", "" + submission.parallelism()));
    submission.entryClass().ifPresent(name -> args.addAll(List.of("--entry-class", name)));
    submission
        .restoreFrom()
        .ifPresent(location -> args.addAll(List.of("--restore-from", fileOf(location))));
    args.add("--");
    args.addAll(submission.args());
    return args;
  }

  /** Told the file, the coordinator need not ask the store whether it was told a folder. */
  private static String fileOf(String restorePoint) {
    return RESTORE_POINT.matcher(restorePoint).matches()
        ? restorePoint + "/_metadata"
        : restorePoint;
  }
}
