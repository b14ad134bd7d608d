package io.streamjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is seen of one StreamJob, changed piece by piece. */
final class Situation {
  static final Wish FIRST = Wish.image("orders:1", 1);

  private Observation seen;

  private Situation(Observation seen) {
    this.seen = seen;
  }

  /** Revision 1 runs, and is what is wished. */
  static Situation running() {
    Situation situation = created();
    situation.written(
        Serialization.unmarshal(
            """
            {"schemaVersion": 1, "phase": "Running", "conditions": [],
             "current": {"number": 1, "specHash": "%s", "image": "orders:1"},
             "job": {"id": "%s", "state": "RUNNING"}}
            """
                .formatted(SpecHash.of(FIRST.spec()), Journals.SUBJECT.job(1, 1).hex()),
            StreamJobStatus.class));
    situation.job(JobState.RUNNING);
    return situation;
  }

  /** Nothing was written yet. */
  static Situation created() {
    Situation situation =
        new Situation(
            new Observation(
                Journals.SUBJECT,
                SpecParser.parse(FIRST.spec()),
                SpecHash.of(FIRST.spec()),
                Requests.NONE,
                Serialization.unmarshal("{}", StreamJobStatus.class),
                Reading.known(Map.of()),
                Observation.Facts.NONE,
                new Observation.Folders(
                    Journals.DIRECTORY, Journals.CHECKPOINTS, "s3://bucket/new/", "s3://bucket/s/"),
                "app=orders",
                Observation.Life.FREE,
                Journals.NOW));
    situation.fact("storage", Reading.known(Optional.empty()));
    return situation;
  }

  Observation seen() {
    return seen;
  }

  StreamJobStatus status() {
    return seen.status();
  }

  Plan plan() {
    return Planner.plan(seen, Limits.DEFAULT);
  }

  void job(JobState state) {
    fact("oldJob", Reading.known(new JobView(state, 0, Optional.empty())));
  }

  void wish(Wish wish) {
    wish(wish.spec());
  }

  void wish(StreamJobSpec spec) {
    see("wished", SpecParser.parse(spec));
    see("wishedHash", SpecHash.of(spec));
  }

  void annotated(String annotation, String value) {
    see("requests", Requests.of(Map.of(annotation, value)));
  }

  void stored(Observation.StoredRevision... revisions) {
    Map<Integer, Observation.StoredRevision> all = new TreeMap<>();
    for (Observation.StoredRevision revision : revisions) {
      all.put(revision.number(), revision);
    }
    see("revisions", Reading.known(Map.copyOf(all)));
  }

  /** A wish as it is stored. */
  static Observation.StoredRevision stored(int number, Wish wish) {
    EffectiveSpec spec =
        SpecParser.parse(wish.spec()) instanceof Parsed.Valid(EffectiveSpec valid)
            ? valid
            : Objects.requireNonNull(null, wish + " cannot be stored");
    return new Observation.StoredRevision(number, SpecHash.of(wish.spec()), spec);
  }

  /** The rollout that is under way. */
  void rolling(Journal journal) {
    status("rollout", journal.status(Journals.SUBJECT));
  }

  void status(String component, @Nullable Object value) {
    written(Altered.copy(seen.status(), component, value));
  }

  void written(StreamJobStatus status) {
    see("status", status);
  }

  void fact(String component, Object value) {
    see("facts", Altered.copy(seen.facts(), component, value));
  }

  void see(String component, Object value) {
    seen = Altered.copy(seen, component, value);
  }

  /** A condition as {@code True(Reason)}, and what it says. */
  static String condition(StreamJobStatus status, ConditionType type) {
    return Objects.requireNonNull(status.conditions()).stream()
        .filter(it -> type.name().equals(it.getType()))
        .map(Situation::line)
        .findFirst()
        .orElse("none");
  }

  private static String line(Condition condition) {
    return "%s(%s): %s"
        .formatted(condition.getStatus(), condition.getReason(), condition.getMessage());
  }
}
