package io.streamjob.operator.plan;

import static io.streamjob.operator.plan.Question.EARLIER;
import static io.streamjob.operator.plan.Question.NEW_CHECKPOINTS;
import static io.streamjob.operator.plan.Question.NEW_CLUSTER;
import static io.streamjob.operator.plan.Question.NEW_JOB;
import static io.streamjob.operator.plan.Question.NEW_STATE;
import static io.streamjob.operator.plan.Question.OLD_CHECKPOINTS;
import static io.streamjob.operator.plan.Question.OLD_CLUSTER;
import static io.streamjob.operator.plan.Question.OLD_JOB;
import static io.streamjob.operator.plan.Question.OLD_STATE;
import static io.streamjob.operator.plan.Question.OPERATORS;
import static io.streamjob.operator.plan.Question.PREFLIGHT;
import static io.streamjob.operator.plan.Question.RESTORE_POINT;
import static io.streamjob.operator.plan.Question.SAVEPOINT;
import static io.streamjob.operator.plan.Question.SAVEPOINTS;
import static io.streamjob.operator.plan.Question.SCALE;
import static io.streamjob.operator.plan.Question.SERVICE;
import static io.streamjob.operator.plan.Question.STORAGE;
import static io.streamjob.operator.plan.Question.UPKEEP;
import static io.streamjob.operator.plan.Question.VERIFICATION;
import static io.streamjob.operator.plan.Question.WARM_UP;

import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What has to be looked at before the next decision. */
public final class Questions {
  private Questions() {}

  /** The questions that what is written and what is wished give rise to. */
  public static Set<Question> of(
      StreamJobStatus status,
      Parsed wished,
      String wishedHash,
      Requests requests,
      Observation.Life life) {
    return life.deletedAt().isPresent()
        ? Departure.questions(status, wished, wishedHash, requests, life)
        : of(status, wished, wishedHash, requests);
  }

  static Set<Question> of(
      StreamJobStatus status, Parsed wished, String wishedHash, Requests requests) {
    return status.rollout() == null
        ? betweenRollouts(status, wished, wishedHash, requests)
        : during(Journal.of(status.rollout()));
  }

  /**
   * What was answered first.
   *
   * @param newRun the run that starts the new job
   */
  public record Answers(
      Reading<SavepointView> savepoint,
      Reading<JobView> oldJob,
      Reading<JobView> newJob,
      Reading<ApplicationView> newRun) {
    /** As far as the first answer goes. */
    public static Answers of(Reading<SavepointView> savepoint) {
      return new Answers(
          savepoint,
          Reading.unknown(Observation.NOT_ASKED),
          Reading.unknown(Observation.NOT_ASKED),
          Reading.unknown(Observation.NOT_ASKED));
    }
  }

  /**
   * Whether the answer to a question can still matter after these. Some cost several requests, at
   * each look while the job is down.
   */
  public static boolean isOpen(Question question, Optional<Journal> journal, Answers answers) {
    return journal.isPresent()
        ? isOpen(question, journal.get(), answers)
        // While the job runs, its pods are no question.
        : question != OLD_CLUSTER
            || answers.oldJob().optional().filter(JobView::isRunning).isEmpty();
  }

  private static boolean isOpen(Question question, Journal journal, Answers answers) {
    if (journal.isRescale()) {
      return true;
    }
    return switch (journal.step()) {
      case Stopping ->
          switch (question) {
            case OLD_CLUSTER ->
                journal.stop().isEmpty()
                    || journal.isByLastCheckpoint()
                    || answers.savepoint().isAbsent();
            case OLD_STATE -> !journal.isRecovery() || !answers.oldJob().isUnknown();
            case OLD_JOB -> journal.isByCheckpoint() || !isInProgress(answers.savepoint());
            default -> true;
          };
      case Starting ->
          switch (question) {
            case OLD_CLUSTER ->
                answers.oldJob().optional().filter(job -> job.state().isTerminal()).isEmpty();
            case NEW_STATE -> answers.newJob().isAbsent() && answers.newRun().isAbsent();
            default -> true;
          };
      // Until its coordinator has set it up, it has none, and each question would be an error
      // there.
      case Confirming ->
          question != NEW_CHECKPOINTS
              || answers.newJob().optional().filter(JobView::isBeingSetUp).isEmpty();
      default -> true;
    };
  }

  private static boolean isInProgress(Reading<SavepointView> savepoint) {
    return savepoint.optional().filter(SavepointView.InProgress.class::isInstance).isPresent();
  }

  private static Set<Question> betweenRollouts(
      StreamJobStatus status, Parsed wished, String wishedHash, Requests requests) {
    EnumSet<Question> questions = EnumSet.noneOf(Question.class);
    RevisionStatus current = status.current();
    boolean still = Steady.standsStill(status);
    boolean suspend = wished instanceof Parsed.Valid(EffectiveSpec spec) && spec.suspend();
    if (Turns.areAsked(status, requests)) {
      questions.add(SAVEPOINTS);
    }
    if (still && suspend) {
      return questions;
    }
    if (current != null && !still) {
      questions.addAll(EnumSet.of(OLD_JOB, OLD_CLUSTER));
    }
    if (current == null && !suspend) {
      questions.add(EARLIER);
    }
    boolean restore = !suspend && Requests.newRestore(wished, status).isPresent();
    if (restore) {
      questions.add(RESTORE_POINT);
    }
    if (current == null
        || restore
        || suspend
        || !wishedHash.equals(current.specHash())
        || requests.newRestart(status).isPresent()
        || requests.newRollback(status).isPresent()
        || Steady.finalSavepoint(status).isPresent()) {
      questions.add(STORAGE);
      if (current != null) {
        questions.add(OLD_CLUSTER);
      }
    } else if (!still) {
      // It runs as it is wished: there is time for what is not urgent.
      questions.add(UPKEEP);
    }
    return questions;
  }

  private static Set<Question> during(Journal journal) {
    if (journal.isRescale()) {
      return journal.step() == RolloutStep.Preparing
          ? EnumSet.of(OLD_JOB, NEW_CLUSTER, SCALE)
          : EnumSet.of(OLD_JOB, SCALE);
    }
    return switch (journal.step()) {
      case Preparing -> preparing(journal);
      case Stopping ->
          journal.isByLastCheckpoint()
              ? EnumSet.of(OLD_CLUSTER, OLD_JOB, OLD_STATE)
              : journal.isByCheckpoint()
                  ? EnumSet.of(OLD_CLUSTER, OLD_JOB, OLD_CHECKPOINTS, SAVEPOINT)
                  : EnumSet.of(OLD_CLUSTER, OLD_JOB, SAVEPOINT);
      case Verifying -> EnumSet.of(VERIFICATION, NEW_STATE);
      case Starting -> EnumSet.of(OLD_CLUSTER, OLD_JOB, NEW_JOB, NEW_STATE);
      case Confirming -> EnumSet.of(NEW_JOB, NEW_CHECKPOINTS, SERVICE);
      case Retiring -> EnumSet.of(OLD_CLUSTER, NEW_CLUSTER);
      case RollingBack, Blocked ->
          journal.mayHaveStarted()
              ? EnumSet.of(NEW_CLUSTER, NEW_JOB, NEW_CHECKPOINTS, NEW_STATE)
              : EnumSet.of(NEW_CLUSTER, NEW_JOB);
    };
  }

  private static Set<Question> preparing(Journal journal) {
    EnumSet<Question> questions = EnumSet.of(NEW_CLUSTER);
    if (journal.from().isPresent() && journal.stoppedAt().isEmpty()) {
      questions.addAll(EnumSet.of(OLD_JOB, OLD_CLUSTER));
    }
    if (journal.preflight() == Check.Pending) {
      questions.addAll(EnumSet.of(PREFLIGHT, OLD_CHECKPOINTS));
      if (!journal.unmapped().isEmpty()) {
        questions.add(OPERATORS);
      }
    } else if (journal.warmUp() == Check.Pending) {
      questions.add(WARM_UP);
    }
    return questions;
  }
}
