package io.streamjob.operator.resources;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The labels that objects carry, and the selectors that find them. */
public final class Labels {
  /** Prefix of the labels and annotations that belong to the operator. */
  public static final String PREFIX = "streamjob.io/";

  /** Name of the StreamJob. */
  public static final String NAME = PREFIX + "name";

  /** Uid of the StreamJob: tells it from an earlier one of the same name. */
  public static final String UID = PREFIX + "uid";

  /** Number of the revision. */
  public static final String REVISION = PREFIX + "revision";

  /** The attempt that created the object; never part of a selector. */
  public static final String ATTEMPT = PREFIX + "attempt";

  /** {@link Component#word()}. */
  public static final String COMPONENT = "app.kubernetes.io/component";

  private static final String APP = "app.kubernetes.io/name";
  private static final String INSTANCE = "app.kubernetes.io/instance";
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final Set<String> COMMON = Set.of(APP, INSTANCE, MANAGED_BY, COMPONENT);
  private static final String MANAGER = "streamjob-operator";

  /** Selects everything that an operator has made, in the form of a query. */
  public static final String MANAGED = MANAGED_BY + "=" + MANAGER;

  private Labels() {}

  /** Whether only the operator sets it. */
  static boolean isOurs(String label) {
    return label.startsWith(PREFIX) || COMMON.contains(label);
  }

  /** Of every object made for a StreamJob. */
  public static SortedMap<String, String> job(Owner owner) {
    SortedMap<String, String> labels = new TreeMap<>(jobSelector(owner));
    labels.put(APP, "streamjob");
    labels.put(INSTANCE, owner.name());
    labels.put(MANAGED_BY, MANAGER);
    return labels;
  }

  /** Of every object of a revision. */
  static SortedMap<String, String> revision(Names names) {
    SortedMap<String, String> labels = job(names.owner());
    labels.put(REVISION, Integer.toString(names.revision()));
    return labels;
  }

  /** Of every object of a revision's cluster. */
  static SortedMap<String, String> cluster(Names names, int attempt) {
    SortedMap<String, String> labels = revision(names);
    labels.put(ATTEMPT, Integer.toString(attempt));
    return labels;
  }

  /** Of the pods of one kind, and of what makes them. */
  static SortedMap<String, String> component(Names names, int attempt, Component component) {
    SortedMap<String, String> labels = cluster(names, attempt);
    labels.put(COMPONENT, component.word());
    return labels;
  }

  /** Finds every object made for a StreamJob. */
  public static SortedMap<String, String> jobSelector(Owner owner) {
    return new TreeMap<>(Map.of(NAME, owner.name(), UID, owner.uid()));
  }

  /** Finds the objects of one revision. */
  public static SortedMap<String, String> revisionSelector(Names names) {
    SortedMap<String, String> selector = jobSelector(names.owner());
    selector.put(REVISION, Integer.toString(names.revision()));
    return selector;
  }

  /** Finds the pods of one kind of one revision. */
  public static SortedMap<String, String> podSelector(Names names, Component component) {
    SortedMap<String, String> selector = revisionSelector(names);
    selector.put(COMPONENT, component.word());
    return selector;
  }

  /** A selector in the one-line form, as {@code status.selector} of the scale subresource. */
  public static String print(SortedMap<String, String> selector) {
    return selector.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }
}
