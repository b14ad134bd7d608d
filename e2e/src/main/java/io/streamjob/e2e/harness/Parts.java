package io.streamjob.e2e.harness;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be done of a long run: names in the environment variable {@code PART}, separated by
 * commas; everything if it is unset.
 *
 * @param names none: everything
 */
public record Parts(Set<String> names) {
  public Parts {
    names = Set.copyOf(names);
  }

  /**
   * As the environment says; throws if that names something else.
   *
   * @param known what there is
   */
  public static Parts wished(Collection<String> known) {
    return of(System.getenv().getOrDefault("PART", ""), known);
  }

  static Parts of(String part, Collection<String> known) {
    Set<String> names = part.isEmpty() ? Set.of() : Set.of(part.split(","));
    if (!known.containsAll(names)) {
      throw new IllegalArgumentException(
          "PART: expected some of %s, separated by commas, found '%s'"
              .formatted(new TreeSet<>(known), part));
    }
    return new Parts(names);
  }

  /** Whether any of these is to be done. */
  public boolean include(String... any) {
    return names.isEmpty() || Set.of(any).stream().anyMatch(names::contains);
  }
}
