package io.streamjob.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.reading.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Answers that nobody waits for. */
class BackgroundTest {
  private static final Reading<String> SILENCE = Reading.unknown("silence");

  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Background<String> background =
      new Background<>(
          waiting::add, answer -> Duration.ofSeconds(answer.isUnknown() ? 10 : 60), clock);

  @Test
  void theFirstAnswerIsThereWhenItHasBeenAskedFor() {
    assertThat(ask("a", "one")).isEmpty();
    assertThat(ask("a", "not asked twice")).isEmpty();
    assertThat(waiting).hasSize(1);

    work();

    assertThat(ask("a", "two")).contains(Reading.known("one"));
    assertThat(waiting).isEmpty();
  }

  @Test
  void anOldAnswerStandsWhileItIsAskedAnew() {
    ask("a", "one");
    work();
    now = now.plusSeconds(59);
    assertThat(ask("a", "two")).contains(Reading.known("one"));
    assertThat(waiting).isEmpty();

    now = now.plusSeconds(1);
    assertThat(ask("a", "two")).contains(Reading.known("one"));
    assertThat(ask("a", "three")).contains(Reading.known("one"));
    assertThat(waiting).hasSize(1);
    work();

    assertThat(ask("a", "four")).contains(Reading.known("two"));
  }

  @Test
  void anOldAnswerDoesNotStandForEver() {
    ask("a", "one");
    work();
    now = now.plusSeconds(119);
    assertThat(ask("a", "two")).contains(Reading.known("one"));

    now = now.plusSeconds(1);
    assertThat(ask("a", "two")).as("nobody has told anything since").isEmpty();
    assertThat(waiting).hasSize(1);
  }

  @Test
  void silenceIsAnAnswerForAWhile() {
    answer("a", "job", () -> SILENCE);
    work();

    now = now.plusSeconds(9);
    assertThat(ask("a", "one")).contains(SILENCE);
    assertThat(waiting).isEmpty();
    now = now.plusSeconds(1);
    ask("a", "one");
    work();

    assertThat(ask("a", "two")).contains(Reading.known("one"));
  }

  @Test
  void aQuestionAboutSomethingElseIsAnotherOne() {
    answer("a", "job 1", () -> Reading.known("of 1"));
    assertThat(answer("a", "job 2", () -> Reading.known("of 2"))).isEmpty();
    work();

    assertThat(answer("a", "job 2", () -> SILENCE)).contains(Reading.known("of 2"));
    assertThat(answer("a", "job 1", () -> SILENCE)).as("no more remembered").isEmpty();
  }

  @Test
  void eachNameHasItsOwnAnswer() {
    ask("a", "one");
    ask("b", "two");
    work();

    assertThat(ask("a", "x")).contains(Reading.known("one"));
    assertThat(ask("b", "x")).contains(Reading.known("two"));
  }

  @Test
  void whatFailsIsSilence() {
    answer(
        "a",
        "job",
        () -> {
          throw new IllegalStateException("no disk");
        });
    work();

    assertThat(ask("a", "one"))
        .contains(Reading.unknown("it ended with java.lang.IllegalStateException: no disk"));
  }

  private Optional<Reading<String>> ask(String name, String answer) {
    return answer(name, "job", () -> Reading.known(answer));
  }

  private Optional<Reading<String>> answer(
      String name, String about, Supplier<Reading<String>> question) {
    return background.of(name, about, question);
  }

  private void work() {
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }
}
