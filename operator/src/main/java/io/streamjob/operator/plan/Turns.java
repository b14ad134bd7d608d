package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.ScheduleStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Savepoints besides rollouts: which StreamSavepoints are created, and whose turn it is. One is
 * taken at a time; no rollout begins meanwhile, and none is taken during a rollout: both are
 * written to the same object by compare-and-set.
 */
final class Turns {
  private static final Pattern PLAIN_ID = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

  /** As the engine names the folder of one. */
  private static final Pattern CHECKPOINT = Pattern.compile(".*/chk-[0-9]+/?");

  private static final DateTimeFormatter SLOT =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmm").withZone(ZoneOffset.UTC);
  private static final int SHORT = 8;

  private final Observation seen;
  private final StreamJobStatus before;
  private final StatusDraft draft;
  private final List<Effect> effects = new ArrayList<>();

  Turns(Observation seen, StatusDraft draft) {
    this.seen = seen;
    this.before = seen.status();
    this.draft = draft;
  }

  /** Whether a decision can depend on which StreamSavepoints there are. */
  static boolean areAsked(StreamJobStatus status, Requests requests) {
    return status.savepoint() != null
        || requests.savepoints().waiting()
        || requests.newSavepoint(status).isPresent()
        || (status.schedule() != null && status.schedule().due() != null)
        || unrecorded(status).findAny().isPresent();
  }

  /** Who had its turn and is done with it, gives it back. */
  void end() {
    if (before.savepoint() != null
        && seen.facts().savepoints() instanceof Reading.Known<List<Requested>>(var known)) {
      String uid = before.savepoint().uid();
      boolean goesOn = known.stream().anyMatch(it -> it.uid().equals(uid) && !it.hasHadItsTurn());
      if (!goesOn) {
        draft.savepoint(null);
      }
    }
  }

  /** What a rollout waits for. */
  Optional<Obstacle> obstacle() {
    return draft
        .savepoint()
        .map(
            turn ->
                new Obstacle(
                    Reason.SavepointUnderWay,
                    "%s: StreamSavepoint %s is being taken since %s; the rollout begins when it has ended; next step: wait, or delete it"
                        .formatted(seen.subject(), turn.name(), turn.since())));
  }

  /** No rollout begins now: who may be taken, and what is created. */
  List<Effect> next() {
    boolean runs = seen.facts().oldJob().optional().filter(JobView::isRunning).isPresent();
    if (seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)) {
      schedule(wished.savepoints().schedule(), runs);
    }
    if (seen.facts().savepoints() instanceof Reading.Known<List<Requested>>(var known)) {
      annotation(known);
      due(known);
      records(known);
      if (runs && draft.savepoint().isEmpty()) {
        known.stream()
            .filter(Requested::waits)
            .min(Comparator.comparing(Requested::createdAt).thenComparing(Requested::name))
            .ifPresent(
                it ->
                    draft.savepoint(
                        new SavepointStatus(
                            it.name(),
                            it.uid(),
                            seen.now().truncatedTo(ChronoUnit.SECONDS).toString())));
      }
    }
    return List.copyOf(effects);
  }

  private void schedule(Optional<Schedule> wished, boolean runs) {
    ScheduleStatus there = before.schedule();
    if (wished.isEmpty()) {
      draft.schedule(null);
    } else if (there == null || !wished.get().toString().equals(there.schedule())) {
      draft.schedule(at(wished.get(), null));
    } else if (runs && there.due() == null && isOver(there.nextAt())) {
      // However many times have passed while nothing could be taken: they are made up for once.
      draft.schedule(at(wished.get(), name(SLOT.format(Instant.parse(there.nextAt())))));
    }
  }

  private ScheduleStatus at(Schedule schedule, @Nullable String due) {
    return new ScheduleStatus(
        schedule.toString(),
        schedule.nextAfter(seen.now()).map(Instant::toString).orElse(null),
        due);
  }

  private boolean isOver(@Nullable String time) {
    return time != null && !Instant.parse(time).isAfter(seen.now());
  }

  /** What has just come due counts as well, so that the next look finds nothing else to write. */
  private void due(List<Requested> known) {
    ScheduleStatus there = draft.schedule().orElse(null);
    if (there == null || there.due() == null) {
      return;
    }
    boolean enough =
        known.stream()
            .anyMatch(
                it -> it.name().equals(there.due()) || (it.isScheduled() && !it.hasHadItsTurn()));
    if (enough) {
      draft.schedule(new ScheduleStatus(there.schedule(), there.nextAt(), null));
    } else {
      effects.add(
          new Effect.CreateSavepoint(there.due(), SavepointReason.Scheduled, Optional.empty()));
    }
  }

  private void annotation(List<Requested> known) {
    Optional<String> asked = seen.requests().newSavepoint(before);
    if (asked.isEmpty()) {
      return;
    }
    String id = asked.get();
    if (id.isBlank() || id.length() > Annotations.MAX_LENGTH) {
      draft.request(
          Annotations.SAVEPOINT,
          id,
          null,
          "refused: expected an id of 1 to %d characters".formatted(Annotations.MAX_LENGTH));
      return;
    }
    String name = name("id-" + (PLAIN_ID.matcher(id).matches() ? id : checksum(id)));
    if (known.stream().anyMatch(it -> it.name().equals(name))) {
      draft.request(
          Annotations.SAVEPOINT, id, null, "StreamSavepoint %s tells of it".formatted(name));
    } else {
      effects.add(new Effect.CreateSavepoint(name, SavepointReason.Manual, Optional.empty()));
    }
  }

  /** What rollouts have stopped jobs with is recorded as well. */
  private void records(List<Requested> known) {
    unrecorded(before)
        .forEach(
            point -> {
              String location = Objects.requireNonNull(point.location());
              String name =
                  name(
                      "r%d-%s"
                          .formatted(
                              point.revision(), shortened(requireNonNullElse(point.jobId(), ""))));
              if (known.stream().anyMatch(it -> it.name().equals(name))) {
                draft.recorded(location, name);
              } else {
                effects.add(
                    new Effect.CreateSavepoint(
                        name,
                        SavepointReason.valueOf(
                            requireNonNullElse(point.reason(), SavepointReason.Upgrade.name())),
                        Optional.of(location)));
              }
            });
  }

  /** Savepoints, not checkpoints: those share files with others, and belong to their job. */
  static Stream<RestorePointStatus> unrecorded(StreamJobStatus status) {
    return requireNonNullElse(status.restorePoints(), List.<RestorePointStatus>of()).stream()
        .filter(point -> point.savepoint() == null && point.location() != null)
        .filter(point -> point.revision() != null && !isCheckpoint(point.location()));
  }

  private static boolean isCheckpoint(@Nullable String location) {
    return location != null && CHECKPOINT.matcher(location).matches();
  }

  /** Of this very object: one created anew under its name makes others. */
  private String name(String what) {
    return "%s-%s-%s".formatted(seen.subject().name(), seen.subject().shortUid(), what);
  }

  private static String shortened(String id) {
    return id.substring(0, Math.min(SHORT, id.length()));
  }

  private static String checksum(String id) {
    CRC32 crc = new CRC32();
    crc.update(id.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
