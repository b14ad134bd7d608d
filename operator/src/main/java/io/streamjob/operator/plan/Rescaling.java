package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.UpgradeStrategy;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The engine rescales the running job. Preparing: workers that are missing join those that are
 * there. Starting: the engine is asked, and does so with the next checkpoint. Retiring: the size is
 * written down beside the revision, and workers that are too many go. If it does not come to that,
 * everything goes back to the size that is written down.
 */
final class Rescaling {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;
  private final Journal.Size to;

  Rescaling(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
    this.to = journal.size().orElseThrow();
  }

  Plan plan() {
    RevisionStatus current = rollout.seen().status().current();
    if (current != null) {
      new JobWatch(rollout.seen(), rollout.draft()).watch(current);
    }
    return switch (rollout.target()) {
      case Reading.Unknown<Observation.StoredRevision> unknown ->
          wait("waits for the API server to list revisions");
      case Reading.Absent<Observation.StoredRevision> absent ->
          new Ending(rollout)
              .done(
                  journal.withOutcome(
                      RolloutOutcome.Abandoned,
                      Optional.of(
                          new Obstacle(
                              Reason.JobLost,
                              rollout.subject(journal.to())
                                  + ": expected its ControllerRevision, which says how it runs, found none; it is not rescaled; next step: edit the spec"))));
      case Reading.Known<Observation.StoredRevision>(Observation.StoredRevision stored) ->
          switch (journal.step()) {
            case Preparing -> preparing(stored);
            case Starting -> starting(stored.spec());
            case Retiring -> retiring(stored);
            case Stopping, Verifying, Confirming, RollingBack, Blocked ->
                throw new IllegalStateException("no rescaling is ever " + journal.step());
          };
    };
  }

  private Plan preparing(Observation.StoredRevision stored) {
    if (rollout.isOther(stored)) {
      return giveUp(
          RolloutOutcome.Abandoned,
          new Obstacle(
              Reason.Superseded,
              rollout.subject(journal.to()) + ": the spec changed again before it was rescaled"));
    }
    EffectiveSpec runs = stored.spec();
    boolean untouched = facts.workers().equals(Reading.known(runs.replicas()));
    return switch (facts.scale()) {
      case Reading.Unknown<ScaleView> unknown -> waitForPods("waits for the job's coordinator");
      case Reading.Absent<ScaleView> none when isOver() -> over();
      case Reading.Absent<ScaleView> none when facts.oldJob().isUnknown() ->
          waitForPods("waits for the job's coordinator");
      case Reading.Absent<ScaleView> none when untouched ->
          otherwise("as its scheduler cannot rescale it");
      case Reading.Known<ScaleView>(ScaleView scale)
          when untouched && !scale.tells(runs.program().parallelism(), to.parallelism()) ->
          otherwise("as operators of the program have a parallelism of their own");
      case Reading.Absent<ScaleView> none ->
          giveUp(
              RolloutOutcome.Abandoned,
              new Obstacle(
                  Reason.EngineRefused,
                  rollout.subject(journal.to()) + ": its coordinator cannot rescale it any more"));
      case Reading.Known<ScaleView> known -> workers(runs);
    };
  }

  /** What the engine cannot do in place is rolled out. */
  private Plan otherwise(String why) {
    Optional<Map<Integer, Observation.StoredRevision>> stored =
        rollout.seen().revisions().optional();
    if (stored.isEmpty()
        || !(rollout.seen().wished() instanceof Parsed.Valid(EffectiveSpec wished))) {
      return wait("waits for the API server to list revisions");
    }
    boolean warm = wished.upgrade().strategy() == UpgradeStrategy.Warm;
    return new Beginning(
            rollout.seen(),
            rollout.limits(),
            rollout.draft(),
            stored.get(),
            Beginning.Goal.spec("not rescaled in place, " + why),
            Optional.of(wished))
        .begin(
            warm ? RolloutStrategy.Warm : RolloutStrategy.Cold,
            warm ? RolloutStep.Preparing : RolloutStep.Stopping,
            Optional.empty());
  }

  private Plan workers(EffectiveSpec runs) {
    Optional<ClusterView.Trouble> trouble =
        facts.newCluster().pods().optional().flatMap(ClusterView.Pods::trouble);
    if (trouble.isPresent()) {
      Instant since =
          trouble.get().since().isBefore(journal.stepStartedAt())
              ? journal.stepStartedAt()
              : trouble.get().since();
      return since.plus(rollout.limits().podProblem()).isAfter(rollout.now())
          ? rollout.stay(trouble.get().obstacle(), rollout.limits().lookSoon())
          : giveUp(RolloutOutcome.Abandoned, trouble.get().obstacle());
    }
    if (!(facts.workers() instanceof Reading.Known<Integer>(Integer workers))) {
      return waitForPods("waits for the API server to tell how many workers there are to be");
    }
    String sentence = "waits for %d workers".formatted(to.replicas());
    if (workers < to.replicas()) {
      return isTooLate()
          ? timedOut()
          : wait(sentence, new Effect.ScaleWorkers(journal.to(), journal.attempt(), to.replicas()));
    }
    boolean there =
        facts
            .newCluster()
            .slots()
            .optional()
            .map(Slots::total)
            .filter(slots -> slots >= to.replicas() * runs.slots())
            .isPresent();
    if (!there) {
      return waitForPods(sentence);
    }
    if (facts.oldJob().optional().filter(JobView::isRunning).isEmpty()) {
      return isOver() ? over() : waitForPods("waits until the job runs");
    }
    int from = runs.program().parallelism();
    return from == to.parallelism()
        ? rollout.go(
            journal
                .withOutcome(RolloutOutcome.Completed, Optional.empty())
                .at(RolloutStep.Retiring, rollout.now()),
            Optional.empty())
        : rollout.go(journal.at(RolloutStep.Starting, rollout.now()), Optional.empty(), ask(from));
  }

  /** With a checkpoint of its own, so that nobody waits for the next regular one. */
  private Effect[] ask(int from) {
    return new Effect[] {
      new Effect.Rescale(journal.to(), job(), from, to.parallelism()),
      new Effect.TakeCheckpoint(
          journal.to(), job(), rollout.seen().subject().stop(journal.attempt()))
    };
  }

  private Plan starting(EffectiveSpec runs) {
    int from = runs.program().parallelism();
    if (isOver()) {
      return over();
    }
    Optional<ScaleView> scale = facts.scale().optional();
    Optional<Instant> running = facts.newTasks().optional().flatMap(TasksView::processingSince);
    if (scale.filter(it -> it.hasGone(from, to.parallelism())).isPresent() && running.isPresent()) {
      Instant stopped =
          scale
              .get()
              .interruptedAt()
              .filter(it -> it.isAfter(journal.stepStartedAt()))
              .orElse(running.get());
      return rollout.go(
          journal
              .withStopped(Optional.empty(), stopped)
              .withRunning(running.get())
              .withOutcome(RolloutOutcome.Completed, Optional.empty())
              .at(RolloutStep.Retiring, rollout.now()),
          Optional.empty());
    }
    if (rollout.isOverdue(runs)) {
      return giveUp(
          RolloutOutcome.RolledBack,
          new Obstacle(
              Reason.NotConfirmed,
              "%s: expected it to run at parallelism %d within %s, found %s; next step: look at its checkpoints and at the coordinator's log"
                  .formatted(
                      rollout.subject(journal.to()),
                      to.parallelism(),
                      runs.upgrade().confirmWithin(),
                      scale.map(it -> "" + it.actual()).orElse("no answer"))));
    }
    boolean asked = scale.filter(it -> it.isAsked(from, to.parallelism())).isPresent();
    return scale.isPresent() && !asked
        ? wait("waits for the engine to rescale the job", ask(from))
        : wait("waits for the engine to rescale the job");
  }

  /** What is written down by now is how large it is to be, whatever has come of it. */
  private Plan retiring(Observation.StoredRevision stored) {
    EffectiveSpec runs = stored.spec();
    boolean completed = journal.outcome().filter(RolloutOutcome.Completed::equals).isPresent();
    String wish = journal.asked().orElseThrow().wish();
    if (completed && !stored.specHash().equals(wish)) {
      return wait(
          "writes down the size of revision " + journal.to(),
          new Effect.StoreScale(journal.to(), to.replicas(), to.parallelism(), wish));
    }
    int from = runs.program().parallelism();
    // Who is silent for so long is asked no more: without the workers its job is as it was.
    if (!completed && !isOver() && !isTooLate()) {
      Optional<ScaleView> scale = facts.scale().optional();
      if (scale.isEmpty() && !facts.scale().isAbsent()) {
        return wait("waits for the job's coordinator");
      }
      if (scale.filter(it -> !it.isAsked(to.parallelism(), from)).isPresent()
          && from != to.parallelism()) {
        return wait(
            "waits for the engine to take the job back to its size",
            new Effect.Rescale(journal.to(), job(), to.parallelism(), from));
      }
    }
    return switch (facts.workers()) {
      case Reading.Unknown<Integer> unknown ->
          wait("waits for the API server to tell how many workers there are to be");
      case Reading.Known<Integer>(Integer workers) when workers != runs.replicas() ->
          wait(
              "waits for %d workers".formatted(runs.replicas()),
              new Effect.ScaleWorkers(journal.to(), journal.attempt(), runs.replicas()));
      case Reading.Known<Integer> right -> done(stored, completed);
      // Whoever makes them anew makes as many as are written down.
      case Reading.Absent<Integer> gone -> done(stored, completed);
    };
  }

  private Plan done(Observation.StoredRevision stored, boolean completed) {
    if (completed) {
      rollout.draft().current(stored);
      rollout.draft().stable(stored);
    }
    return new Ending(rollout).done(journal);
  }

  private boolean isOver() {
    return facts.oldJob().isAbsent()
        || facts.oldJob().optional().filter(job -> job.state().isTerminal()).isPresent();
  }

  /** It is started again at the size that is written down, and rescaled then. */
  private Plan over() {
    return giveUp(
        RolloutOutcome.Abandoned,
        new Obstacle(
            Reason.Recovering,
            rollout.subject(journal.to())
                + ": its job is over; it is rescaled once it runs again"));
  }

  private Plan giveUp(RolloutOutcome outcome, Obstacle obstacle) {
    return rollout.go(
        journal.withOutcome(outcome, Optional.of(obstacle)).at(RolloutStep.Retiring, rollout.now()),
        obstacle.reason() == Reason.Superseded
            ? Optional.empty()
            : Optional.of(new Notice(true, obstacle.reason(), obstacle.message())));
  }

  private Plan waitForPods(String sentence) {
    return isTooLate() ? timedOut() : wait(sentence);
  }

  private boolean isTooLate() {
    return rollout.inStep().compareTo(rollout.limits().preparing()) > 0;
  }

  private Plan timedOut() {
    return giveUp(
        RolloutOutcome.Abandoned,
        new Obstacle(
            Reason.PreparingTimedOut,
            "%s: expected %d workers within %s, found %s slots; next step: look at its pods and events"
                .formatted(
                    rollout.subject(journal.to()),
                    to.replicas(),
                    rollout.limits().preparing(),
                    facts
                        .newCluster()
                        .slots()
                        .optional()
                        .map(slots -> "" + slots.total())
                        .orElse("no"))));
  }

  private JobId job() {
    return journal.oldJob().orElseThrow();
  }

  private Plan wait(String sentence, Effect... effects) {
    return rollout.stay(sentence, rollout.limits().lookSoon(), effects);
  }
}
