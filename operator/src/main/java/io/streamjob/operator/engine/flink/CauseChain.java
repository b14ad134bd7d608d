package io.streamjob.operator.engine.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The exceptions of a printed Java stack trace, from the outermost to the root cause. The engine's
 * REST interface has no other form for errors.
 */
record CauseChain(List<Cause> causes) {
  private static final int MAX_CAUSES = 50;
  private static final int MAX_MESSAGE_CHARS = 4_000;
  private static final Pattern HEAD =
      Pattern.compile("((?:[\\p{Alpha}_$][\\w$]*\\.)+[\\p{Alpha}_$][\\w$]*)(?:: (.*))?");

  /** One of them; {@code type} is empty if the text does not begin with a class name. */
  record Cause(String type, String message) {

    boolean matches(String typeEnd, String text) {
      return type.endsWith(typeEnd) && message.contains(text);
    }

    /** The class without its package, and the message. */
    String describe() {
      String name = type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
      if (message.isEmpty()) {
        return name;
      }
      return name.isEmpty() ? message : name + ": " + message;
    }
  }

  CauseChain {
    causes = List.copyOf(causes);
  }

  static CauseChain parse(String trace) {
    List<Cause> causes = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    boolean inMessage = false;
    for (String line : trace.lines().toList()) {
      if (line.startsWith("<Exception on server side:") || line.startsWith("End of exception on")) {
        inMessage = false;
      } else if (line.startsWith("\t")) {
        // A frame, the count of common frames, or a suppressed exception.
        inMessage = false;
      } else if (inMessage && !line.startsWith("Caused by: ")) {
        if (current.length() < MAX_MESSAGE_CHARS) {
          current.append(' ').append(line);
        }
      } else if (!line.isBlank() && causes.size() < MAX_CAUSES) {
        end(current, causes);
        current.append(line.startsWith("Caused by: ") ? line.substring(11) : line);
        inMessage = true;
      }
    }
    end(current, causes);
    return new CauseChain(causes);
  }

  private static void end(StringBuilder head, List<Cause> causes) {
    String text = head.toString().strip();
    head.setLength(0);
    if (text.isEmpty()) {
      return;
    }
    Matcher matcher = HEAD.matcher(text);
    if (!matcher.matches()) {
      causes.add(new Cause("", text));
      return;
    }
    String type = matcher.group(1);
    String message = matcher.group(2) == null ? "" : matcher.group(2).strip();
    // A throwable that went over the wire is printed with its class twice.
    while (message.startsWith(type + ": ")) {
      message = message.substring(type.length() + 2);
    }
    causes.add(new Cause(type, message.equals(type) ? "" : message));
  }

  boolean contains(String typeEnd, String text) {
    return find(cause -> cause.matches(typeEnd, text)).isPresent();
  }

  /** The innermost cause that fits. */
  Optional<Cause> find(Predicate<Cause> wanted) {
    return causes.reversed().stream().filter(wanted).findFirst();
  }

  Optional<Cause> root() {
    return causes.isEmpty() ? Optional.empty() : Optional.of(causes.getLast());
  }

  /** One line for people. */
  String summary() {
    return Redaction.line(root().map(Cause::describe).orElse("no reason given"), 300);
  }
}
