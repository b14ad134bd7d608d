package io.streamjob.operator.reading;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The answer to a question about the world outside.
 *
 * <p>{@link Absent} is an answer: whoever is responsible said that there is no such thing. {@link
 * Unknown} is none: a time limit passed, a connection broke, an answer made no sense. Only the
 * first may ever lead to something being created, repeated or deleted.
 */
public sealed interface Reading<T> {

  /** It is there, and this is it. */
  record Known<T>(T value) implements Reading<T> {
    public Known {
      Objects.requireNonNull(value);
    }
  }

  /** The one who knows said that it is not there. */
  record Absent<T>() implements Reading<T> {}

  /** Nobody could tell; {@code why} is a sentence for people. */
  record Unknown<T>(String why) implements Reading<T> {
    public Unknown {
      Objects.requireNonNull(why);
    }
  }

  static <T> Reading<T> known(T value) {
    return new Known<>(value);
  }

  static <T> Reading<T> absent() {
    return new Absent<>();
  }

  static <T> Reading<T> unknown(String why) {
    return new Unknown<>(why);
  }

  /** The value if it is known. */
  default Optional<T> optional() {
    return this instanceof Known<T>(T value) ? Optional.of(value) : Optional.empty();
  }

  default boolean isAbsent() {
    return this instanceof Absent<T>;
  }

  default boolean isUnknown() {
    return this instanceof Unknown<T>;
  }

  /** The same answer about something derived from the value. */
  default <R> Reading<R> map(Function<? super T, ? extends R> function) {
    return switch (this) {
      case Known<T>(T value) -> known(function.apply(value));
      case Absent<T>() -> absent();
      case Unknown<T>(String why) -> unknown(why);
    };
  }
}
