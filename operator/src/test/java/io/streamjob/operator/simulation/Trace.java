package io.streamjob.operator.simulation;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.RequestStatus;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Notice;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.savepoint.SavepointEffect;
import io.streamjob.operator.plan.savepoint.SavepointPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was decided, one line per decision that differs from the one before it. */
final class Trace {
  private final List<String> lines = new ArrayList<>();
  private final Detail detail;
  private Supplier<Instant> clock = () -> Instant.EPOCH;
  private String last = "";
  private String lastOfSavepoint = "";
  private int writes;

  /** How much is told. */
  enum Detail {
    /** Nothing, to save time. */
    NOTHING,
    /** What a person did and what was decided. */
    STORY,
    /** Each fault as well, and when it was. */
    EVERYTHING
  }

  Trace(Detail detail) {
    this.detail = detail;
  }

  void clock(Supplier<Instant> times) {
    clock = times;
  }

  void said(String text) {
    if (detail != Detail.NOTHING) {
      lines.add(time() + "-- " + text);
      last = "";
    }
  }

  void struck(Fault fault, Act act) {
    if (detail == Detail.EVERYTHING) {
      lines.add("%s** %s at %s".formatted(time(), fault, act));
    }
  }

  private String time() {
    return detail == Detail.EVERYTHING ? clock.get() + " " : "";
  }

  void clear() {
    lines.clear();
    writes = 0;
  }

  void written() {
    writes++;
  }

  int writes() {
    return writes;
  }

  void decided(Observation seen, Plan plan) {
    boolean nothing =
        detail == Detail.NOTHING
            || (plan.effects().isEmpty() && seen.status().equals(plan.status()));
    if (nothing) {
      return;
    }
    String notice = plan.notice().map(Trace::event).orElse("");
    String effects =
        plan.effects().isEmpty()
            ? ""
            : " | " + plan.effects().stream().map(Trace::effect).collect(Collectors.joining(", "));
    String line = standing(plan.status()) + effects + notice;
    boolean same = line.equals(last) && seen.status().equals(plan.status());
    if (!same) {
      lines.add(time() + line);
    }
    last = line;
  }

  /** What was decided about a StreamSavepoint; a story leaves out what only records one. */
  void decided(Savepoint it, SavepointPlan plan) {
    boolean nothing =
        detail == Detail.NOTHING
            || (detail == Detail.STORY && it.exists().isPresent() && !it.goes())
            || (plan.effect().isEmpty() && it.status().equals(plan.status()));
    if (nothing) {
      return;
    }
    StreamSavepointStatus status = plan.status();
    String line =
        "StreamSavepoint %s: %s%s%s%s"
            .formatted(
                it.name(),
                status.phase(),
                status.waitingFor() == null ? "" : " | waits: " + status.waitingFor(),
                plan.effect().map(effect -> " | " + effect(effect)).orElse(""),
                plan.notice().map(Trace::event).orElse(""));
    boolean same = line.equals(lastOfSavepoint) && it.status().equals(status);
    if (!same) {
      lines.add(time() + line);
    }
    lastOfSavepoint = line;
  }

  private static String effect(SavepointEffect effect) {
    return switch (effect) {
      case SavepointEffect.Take take ->
          "Take on %d to %s".formatted(take.revision(), take.directory());
      case SavepointEffect.Delete(String directory) -> "Delete " + directory;
      case SavepointEffect.Expire expire -> "Expire";
      case SavepointEffect.Release release -> "Release";
    };
  }

  private static String event(Notice it) {
    return " | event: %s %s: %s"
        .formatted(it.warning() ? "Warning" : "Normal", it.reason(), it.message());
  }

  private static String standing(StreamJobStatus status) {
    RolloutStatus rollout = status.rollout();
    String where =
        rollout == null
            ? status.phase() + " " + (status.current() == null ? "-" : status.current().number())
            : status.phase() + ": " + rollout.step() + " " + rollout.attempt();
    String waiting = status.waitingFor() == null ? "" : " | waits: " + status.waitingFor();
    return where + " | ready=" + status.ready() + upgradeReady(status) + waiting;
  }

  private static String upgradeReady(StreamJobStatus status) {
    return Objects.requireNonNullElse(status.conditions(), List.<Condition>of()).stream()
        .filter(it -> it.getType().equals(ConditionType.UpgradeReady.name()))
        .filter(it -> it.getStatus().equals("False"))
        .map(it -> " upgradeReady=" + it.getReason())
        .findFirst()
        .orElse("");
  }

  private static String effect(Effect effect) {
    return switch (effect) {
      case Effect.StoreRevision(int revision) -> "StoreRevision " + revision;
      case Effect.ForgetRevision(int revision) -> "ForgetRevision " + revision;
      case Effect.CreateSavepoint create ->
          "CreateSavepoint %s: %s %s"
              .formatted(create.name(), create.reason(), create.location().orElse("to be taken"));
      case Effect.CreateCoordinator(int revision, int attempt) -> "CreateCoordinator " + revision;
      case Effect.CreateWorkers(int revision, int attempt) -> "CreateWorkers " + revision;
      case Effect.PointService(int revision) -> "PointService " + revision;
      case Effect.DeleteCluster(int revision) -> "DeleteCluster " + revision;
      case Effect.Cancel cancel -> "Cancel on " + cancel.revision();
      case Effect.ScaleWorkers(int revision, int attempt, int replicas) ->
          "ScaleWorkers %d to %d".formatted(revision, replicas);
      case Effect.Rescale rescale ->
          "Rescale on %d from %d to %d".formatted(rescale.revision(), rescale.from(), rescale.to());
      case Effect.StoreScale store ->
          "StoreScale %d: %d worker(s), parallelism %d"
              .formatted(store.revision(), store.replicas(), store.parallelism());
      case Effect.StopWithSavepoint stop ->
          "StopWithSavepoint on "
              + stop.revision()
              + " to "
              + stop.directory()
              + (stop.format() == SavepointFormat.NATIVE ? "" : ", " + stop.format());
      case Effect.TakeCheckpoint take -> "TakeCheckpoint on " + take.revision();
      case Effect.Hold hold -> "Hold";
      case Effect.Release release -> "Release";
      case Effect.DeleteClusters delete -> "DeleteClusters";
      case Effect.DiscardSavepoints discard -> "DiscardSavepoints";
      case Effect.DiscardObjects discard -> "DiscardObjects";
      case Effect.LeaveOut leaveOut ->
          "LeaveOut %d operator(s) of %s to %s"
              .formatted(leaveOut.operators().size(), anyJob(leaveOut.location()), leaveOut.file());
      case Effect.Submit submit ->
          "%s %s on %d from %s"
              .formatted(
                  submit.submission().dryRun() ? "Try" : "Submit",
                  submit.submission().jar(),
                  submit.revision(),
                  submit.submission().restoreFrom().map(Trace::anyJob).orElse("nothing"));
    };
  }

  private static String anyJob(String location) {
    return location.replaceAll("checkpoints/[0-9a-f]{32}", "checkpoints/JOB");
  }

  /** How a status stands in the end, times left out. */
  static List<String> ending(StreamJobStatus status) {
    List<String> told = new ArrayList<>();
    told.add(
        "== phase=%s ready=%s current=%s stable=%s lastSavepoint=%s"
            .formatted(
                status.phase(),
                status.ready(),
                number(status.current()),
                number(status.stable()),
                status.lastSavepoint()));
    if (status.job() != null) {
      told.add("== job=%s from %s".formatted(status.job().state(), status.job().restoredFrom()));
    }
    told.add(
        "== "
            + list(status.conditions()).stream()
                .map(it -> it.getType() + "=" + it.getStatus() + "(" + it.getReason() + ")")
                .collect(Collectors.joining(" ")));
    if (status.rejected() != null) {
      told.add(
          "== rejected: revision %s, %s"
              .formatted(status.rejected().revision(), status.rejected().reason()));
    }
    for (RequestStatus it : list(status.requests())) {
      told.add(
          "== asked: %s=%s, attempt %s: %s"
              .formatted(it.annotation(), it.value(), it.attempt(), it.result()));
    }
    for (RestorePointStatus it : list(status.restorePoints())) {
      told.add("== restore point: %s of revision %s".formatted(it.location(), it.revision()));
    }
    for (HistoryStatus it : list(status.history())) {
      told.add(
          "== attempt %s: %s, %s %s -> %s: %s%s; %s"
              .formatted(
                  it.attempt(),
                  it.outcome(),
                  it.strategy(),
                  it.fromRevision(),
                  it.toRevision(),
                  it.reason(),
                  it.note() == null ? "" : ", " + it.note(),
                  list(it.timings()).stream()
                      .map(TimingStatus::part)
                      .collect(Collectors.joining(" "))));
    }
    return told;
  }

  private static @Nullable Integer number(@Nullable RevisionStatus revision) {
    return revision == null ? null : revision.number();
  }

  private static <T> List<T> list(@Nullable List<T> some) {
    return Objects.requireNonNullElse(some, List.of());
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
