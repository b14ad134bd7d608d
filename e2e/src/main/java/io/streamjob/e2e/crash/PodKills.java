package io.streamjob.e2e.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kills all coordinators or all workers of the job each time that another step of a rollout was
 * written, before the operator hears of that.
 */
final class PodKills implements Chokepoint.Trap {
  private final WordCountRun run;
  private final Component component;
  private final Set<String> steps = ConcurrentHashMap.newKeySet();

  PodKills(WordCountRun run, Component component) {
    this.run = run;
    this.component = component;
  }

  @Override
  public boolean mayLeave(String write) {
    return true;
  }

  @Override
  public boolean mayReturn(String write) {
    if (write.endsWith("/status")) {
      JsonNode step = run.jobs().get(WordCountRun.JOB).at("/status/rollout/step");
      if (!step.isMissingNode() && steps.add(step.asText())) {
        run.kill(component);
        System.err.printf("crash-sweep: killed each %s in %s%n", component.label(), step.asText());
      }
    }
    return true;
  }

  /** In which steps, as status names them. */
  Set<String> steps() {
    return Set.copyOf(steps);
  }
}
