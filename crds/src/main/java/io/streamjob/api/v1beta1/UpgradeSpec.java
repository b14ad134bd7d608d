package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import org.jspecify.annotations.Nullable;

/** What happens when the spec changes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpgradeSpec(
    @JsonPropertyDescription(
            "What the new version starts from: Savepoint (a fresh one, verified) or None (empty; the old state is left in the bucket). Unset: Savepoint.")
        @SchemaFrom(type = UpgradeState.class)
        @Nullable String state,
    @JsonPropertyDescription(
            "Warm (the new version's pods are up before the old job stops; needs room for both) or Cold (the old pods go first). Unset: Warm.")
        @SchemaFrom(type = UpgradeStrategy.class)
        @Nullable String strategy,
    @JsonPropertyDescription("What proves the new version. Unset: one checkpoint within 5m.")
        @Nullable ConfirmSpec confirm) {}
