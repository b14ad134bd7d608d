package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * State that somebody chooses: {@code spec.restore}, and what a first start does about the state
 * that an earlier StreamJob of the name has left.
 */
public final class Restoring {
  /** Locations that a message names, the newest. */
  private static final int NAMED = 3;

  private final Observation seen;

  Restoring(Observation seen) {
    this.seen = seen;
  }

  /** What a StreamJob starts from, or is to start from, because somebody has chosen it. */
  public static Stream<String> points(Parsed wished, StreamJobStatus status) {
    Stream<String> underWay =
        Optional.ofNullable(status.rollout()).map(RolloutStatus::restorePoint).stream();
    return Stream.concat(
        underWay, Requests.newRestore(wished, status).map(EffectiveSpec.Restore::from).stream());
  }

  /** What is decided about it. */
  sealed interface Finding {
    /** Nothing is chosen: the job goes on from its own state, or starts empty. */
    record Nothing() implements Finding {}

    /** The rollout starts from it, which {@code note} tells people. */
    record Usable(Journal.Chosen chosen, String note) implements Finding {}

    /** Nothing begins before this is gone. */
    record InTheWay(Obstacle obstacle) implements Finding {}

    /** Nobody could tell. */
    record NotTold() implements Finding {}
  }

  /** At a first start: what earlier StreamJobs of the name have left comes before the wish. */
  Finding atFirstStart(EffectiveSpec wished) {
    if (!(seen.facts().earlier() instanceof Reading.Known<EarlierView>(EarlierView earlier))) {
      return new Finding.NotTold();
    }
    if (earlier.pod().isPresent()) {
      return inTheWay(
          Reason.PodsOfEarlierJob,
          "pod %s of an earlier StreamJob of this name is still there, and may process records; nothing is started beside it; next step: wait, or delete what keeps it"
              .formatted(earlier.pod().get()));
    }
    Optional<EffectiveSpec.Restore> restore = Requests.newRestore(seen.wished(), seen.status());
    boolean mine = restore.filter(it -> it.id().equals(seen.subject().shortUid())).isPresent();
    boolean empty = restore.isEmpty() && wished.upgrade().state() == UpgradeState.None;
    if (!earlier.states().isEmpty() && !mine && !empty) {
      return inTheWay(
          Reason.StateFound,
          "an earlier StreamJob of this name has left state, the newest of %d restore points: %s; nothing is started, as neither that nor empty state was chosen; next step: set spec.restore to {from: <one of these, or %s>, id: %s}%s"
              .formatted(
                  earlier.states().size(),
                  named(earlier.states()),
                  RestoreSpec.NONE,
                  seen.subject().shortUid(),
                  restore
                      .map(
                          it ->
                              " (id '%s' may be left from the earlier one, and does not count)"
                                  .formatted(it.id()))
                      .orElse("")));
    }
    return restore.map(this::look).orElse(new Finding.Nothing());
  }

  /** While something is current, running or not. */
  Finding look() {
    return Requests.newRestore(seen.wished(), seen.status())
        .map(this::look)
        .orElse(new Finding.Nothing());
  }

  private Finding look(EffectiveSpec.Restore restore) {
    if (restore.isEmptyState()) {
      return new Finding.Usable(
          new Journal.Chosen(restore.id(), Optional.empty()),
          "starts empty, as spec.restore %s says".formatted(restore.id()));
    }
    return switch (seen.facts().restorePoint()) {
      case Reading.Unknown<RestorePointView> unknown -> new Finding.NotTold();
      case Reading.Absent<RestorePointView> none ->
          unusable(restore, "a StreamSavepoint of this namespace", "none of this name");
      case Reading.Known<RestorePointView>(RestorePointView view) -> look(restore, view);
    };
  }

  private Finding look(EffectiveSpec.Restore restore, RestorePointView view) {
    boolean usable =
        view.phase()
            .map(phase -> phase == SavepointPhase.Completed || phase == SavepointPhase.Broken)
            .orElse(true);
    if (!usable || view.location().isEmpty()) {
      return unusable(
          restore,
          "a StreamSavepoint that is Completed",
          view.phase().map(Enum::name).orElse("no location"));
    }
    String location = view.location().get();
    if (isOfRunningJob(location)) {
      return unusable(
          restore,
          "a restore point that outlives the running job",
          "a checkpoint of that job, which the engine deletes when it ends");
    }
    return switch (view.verification()) {
      case Reading.Unknown<Verification>(String why) ->
          unusable(restore, "the storage to tell whether " + location + " is whole", why);
      case Reading.Absent<Verification> none ->
          unusable(restore, "a savepoint or checkpoint in " + location, "no _metadata");
      case Reading.Known<Verification>(Verification.Broken(String defect)) ->
          unusable(restore, "all files of " + location, defect);
      case Reading.Known<Verification>(Verification.Whole whole) ->
          new Finding.Usable(
              new Journal.Chosen(restore.id(), Optional.of(location)),
              "starts from %s, as spec.restore %s says%s"
                  .formatted(location, restore.id(), view.takenAt().map(this::lost).orElse("")));
    };
  }

  private boolean isOfRunningJob(String location) {
    JobStatus job = seen.status().job();
    boolean runs =
        seen.facts().oldJob().optional().filter(it -> !it.state().isTerminal()).isPresent();
    return job != null
        && job.id() != null
        && location.contains("/checkpoints/" + job.id() + "/")
        && runs;
  }

  /** What is not in it. */
  private String lost(Instant takenAt) {
    Duration age = Duration.between(takenAt, seen.now());
    return "; it was taken at %s: what was processed in the %s since then is not in it"
        .formatted(takenAt.truncatedTo(ChronoUnit.SECONDS), forPeople(age));
  }

  private static String forPeople(Duration age) {
    return age.toDays() > 0
        ? "%d days %d hours".formatted(age.toDays(), age.toHoursPart())
        : age.toHours() > 0
            ? "%d hours %d minutes".formatted(age.toHours(), age.toMinutesPart())
            : "%d minutes %d seconds".formatted(age.toMinutes(), age.toSecondsPart());
  }

  private Finding unusable(EffectiveSpec.Restore restore, String expected, String found) {
    return inTheWay(
        Reason.RestorePointUnusable,
        "spec.restore.from %s: expected %s, found %s; nothing is stopped and nothing is started from anything else; next step: name another restore point, or remove spec.restore"
            .formatted(restore.from(), expected, found));
  }

  private Finding inTheWay(Reason reason, String sentence) {
    return new Finding.InTheWay(new Obstacle(reason, seen.subject() + ": " + sentence));
  }

  private static String named(List<StateFound> states) {
    return states.stream()
        .limit(NAMED)
        .map(
            state ->
                "%s (%s)"
                    .formatted(state.location(), state.writtenAt().truncatedTo(ChronoUnit.SECONDS)))
        .collect(Collectors.joining(", "));
  }
}
