package io.streamjob.operator.simulation;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Copies of records with other components, by name: what is wrong in them is wrong on purpose. */
final class Altered {
  private static final ClassValue<RecordComponent[]> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
          return Objects.requireNonNull(type.getRecordComponents());
        }
      };

  private Altered() {}

  /** A copy with one other component. */
  static <R extends Record> R copy(R original, String component, @Nullable Object value) {
    boolean known =
        Arrays.stream(COMPONENTS.get(original.getClass()))
            .anyMatch(it -> it.getName().equals(component));
    if (!known) {
      throw new IllegalArgumentException(original.getClass() + " has no " + component);
    }
    return copy(original, (name, before) -> name.equals(component) ? value : before);
  }

  /** A copy with what {@code change} makes of each component, told by name. */
  @SuppressWarnings("unchecked")
  static <R extends Record> R copy(
      R original, BiFunction<String, @Nullable Object, @Nullable Object> change) {
    RecordComponent[] components = COMPONENTS.get(original.getClass());
    try {
      @Nullable Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        Object before = components[i].getAccessor().invoke(original);
        values[i] = change.apply(components[i].getName(), before);
      }
      Constructor<?> constructor =
          original
              .getClass()
              .getDeclaredConstructor(
                  Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return (R) constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record can be copied: " + original.getClass(), e);
    }
  }
}
