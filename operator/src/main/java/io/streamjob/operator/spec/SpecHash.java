package io.streamjob.operator.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamjob.api.v1beta1.StreamJobSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether two specs need a rollout between them.
 *
 * <p>The hash covers what the user wrote, not the defaults: an operator with other defaults
 * restarts nothing. It leaves out {@code recovery}, {@code savepoints}, {@code upgrade}, {@code
 * suspend}, {@code restore}, {@code deletion} and {@code job.dropStateOf}, which say what happens
 * to a job and when, not what to run ({@code ChangeClass} tells users). The form is versioned, so
 * that a later operator can tell its hashes from these.
 */
public final class SpecHash {
  private static final JsonMapper CANONICAL =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private SpecHash() {}

  /** The hash, as {@code 1-} and 16 hexadecimal digits. */
  public static String of(StreamJobSpec spec) {
    ObjectNode tree = CANONICAL.valueToTree(spec);
    tree.remove("recovery");
    tree.remove("savepoints");
    tree.remove("upgrade");
    tree.remove("suspend");
    tree.remove("restore");
    tree.remove("deletion");
    if (tree.get("job") instanceof ObjectNode job) {
      job.remove("dropStateOf");
    }
    try {
      // Through Object, so that maps from podTemplate and config are ordered as well.
      byte[] text =
          CANONICAL
              .writeValueAsString(CANONICAL.treeToValue(tree, Object.class))
              .getBytes(StandardCharsets.UTF_8);
      return "1-"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a spec that was read from JSON can be written as JSON", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
