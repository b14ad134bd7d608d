package io.streamjob.operator.simulation;

import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.savepoint.SavepointObservation;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Ways to operate wrongly, each of which the simulation must notice. */
final class PlantedDefects {
  private static final Duration NEVER = Duration.ofDays(365);

  private PlantedDefects() {}

  /**
   * One of them.
   *
   * @param sentence what the operator does wrong
   * @param defect a new one for each history
   */
  record Planted(String sentence, Supplier<Defect> defect) {
    @Override
    public String toString() {
      return sentence;
    }
  }

  static List<Planted> all() {
    return List.of(
        writing("status is written whatever was written meanwhile", Discipline.OVERWRITE),
        writing("a lost write is repeated with the same content", Discipline.WRITE_AGAIN),
        writing("who loses a write acts nevertheless", Discipline.ACT_IN_SPITE_OF_LOSS),
        writing("the act comes first, and then the intent", Discipline.ACT_FIRST),
        seeing("silence is read as absence", Misreading::silenceAsAbsence),
        seeing("silence is read as the end of a job", Misreading::silenceAsEnd),
        seeing("a job that is being cancelled is read as ended", Misreading::endingAsEnded),
        seeing("a job that is being cancelled is handed over", Misreading::cancellingAsCanceled),
        seeing("a checkpoint before the newest is handed over", Misreading::olderCheckpoint),
        seeing("a finished job is read as running", Misreading::finishedAsRunning),
        seeing("a savepoint is not verified", Misreading::unverified),
        seeing("all attempts share one savepoint folder", Misreading::sharedFolder),
        seeing("where a job restored from is not compared", Misreading::anywhere),
        seeing("a job counts as proven without a checkpoint", Misreading::withoutCheckpoint),
        seeing("what a lost coordinator knew is not looked for", Misreading::neverRan),
        seeing("a job that is over goes on from an older checkpoint", Misreading::olderState),
        seeing("a coordinator that is silent has lost its job", Misreading::silentAsLost),
        seeing("the service is never pointed at the new job", Misreading::serviceIsRight),
        doing("each request to stop carries a new trigger id", Misdeed::newTrigger),
        doing("each submission carries a new job id", Misdeed::newJobId),
        doing("a rollback starts empty", Misdeed::rollBackEmpty),
        doing("the newest checkpoint is taken for the savepoint", Misdeed::checkpoint),
        doing("who gives up deletes the old cluster", Misdeed::deleteOld),
        doing("the preflight is no dry run", Misdeed::inEarnest),
        deciding("the old cluster goes before the new job is proven", Misdeed::early),
        deciding("what was refused is tried again at once", Misdeed::tryAgain),
        deciding("a failed savepoint is followed by a start", Misdeed::startAnyway),
        keeping("nobody asks who refers to a savepoint", SavepointMisreading::unreferenced),
        keeping("the newest verified savepoint goes as well", SavepointMisreading::newerOne),
        keeping("a StreamJob that is silent is read as none", SavepointMisreading::silenceAsNoJob),
        keeping("a savepoint does not wait for its turn", SavepointMisreading::itsTurn),
        keeping("a savepoint is not read back", SavepointMisreading::unverified),
        new Planted("deadlines are ignored", NoDeadline::new),
        new Planted("silence is read as a refusal", SilenceAsRefusal::new));
  }

  private static Planted writing(String sentence, Discipline discipline) {
    return new Planted(
        sentence,
        () ->
            new Defect() {
              @Override
              public Discipline discipline() {
                return discipline;
              }
            });
  }

  private static Planted seeing(String sentence, UnaryOperator<Observation> sees) {
    return new Planted(
        sentence,
        () ->
            new Defect() {
              @Override
              public Observation sees(Observation seen) {
                return sees.apply(seen);
              }
            });
  }

  /** What it sees on behalf of a StreamSavepoint. */
  private static Planted keeping(String sentence, UnaryOperator<SavepointObservation> sees) {
    return new Planted(
        sentence,
        () ->
            new Defect() {
              @Override
              public SavepointObservation sees(SavepointObservation seen) {
                return sees.apply(seen);
              }
            });
  }

  /** What an operator does that has counted its acts. */
  private interface Doing {
    Effect instead(Effect effect, Observation seen, int number);
  }

  private static Planted doing(String sentence, Doing doing) {
    return new Planted(
        sentence,
        () ->
            new Defect() {
              private int number;

              @Override
              public Effect does(Effect effect, Observation seen) {
                return doing.instead(effect, seen, number++);
              }
            });
  }

  private static Planted deciding(String sentence, BiFunction<Observation, Plan, Plan> decides) {
    return new Planted(
        sentence,
        () ->
            new Defect() {
              @Override
              public Plan decides(Observation seen, Plan plan) {
                return decides.apply(seen, plan);
              }
            });
  }

  private static final class NoDeadline implements Defect {
    @Override
    public Limits limits() {
      return Altered.copy(Altered.copy(Limits.DEFAULT, "preparing", NEVER), "podProblem", NEVER);
    }
  }

  private static final class SilenceAsRefusal implements Defect {
    @Override
    public boolean readsSilenceAsRefusal() {
      return true;
    }
  }
}
