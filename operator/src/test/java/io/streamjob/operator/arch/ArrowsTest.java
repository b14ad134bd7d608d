package io.streamjob.operator.arch;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.snapshots.Snapshots;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The arrows of the operator's packages: what is pure stays pure, and each secret has one home. */
final class ArrowsTest {
  private static final String ROOT = "io.streamjob.operator";
  private static final String[] PURE = {
    ROOT + ".plan..", ROOT + ".resources..", ROOT + ".spec..", ROOT + ".reading.."
  };
  private static final JavaClasses OPERATOR =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageIsLookedAt() {
    assertThat(OPERATOR.stream().map(JavaClass::getPackageName).distinct())
        .contains(ROOT + ".plan", ROOT + ".engine", ROOT + ".snapshots", ROOT + ".resources");
  }

  @Test
  void thePlannerKnowsValuesOnlyAndNeitherPortNorAdapter() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".plan..")
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.type(Engine.class)
                    .or(JavaClass.Predicates.type(Snapshots.class))
                    .or(
                        resideInAnyPackage(
                            ROOT + ".engine.flink..",
                            ROOT + ".snapshots.s3..",
                            ROOT + ".resources..",
                            ROOT + ".reconcile.."))));
  }

  @Test
  void pureCodeReachesNothingOutside() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "java.net.http..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.util.concurrent..",
                    "io.fabric8.kubernetes.client..",
                    "io.javaoperatorsdk..",
                    "software.amazon..",
                    "io.micrometer..",
                    "org.slf4j.."))
            .orShould()
            .dependOnClassesThat(
                describe(
                    "read or write files or sockets",
                    type ->
                        type.getPackageName().equals("java.io")
                            && Pattern.matches(".*(File|Socket|Console).*", type.getSimpleName())))
            .orShould()
            .dependOnClassesThat(
                describe(
                    "open connections",
                    type ->
                        type.getPackageName().equals("java.net")
                            && !type.getSimpleName().startsWith("URI"))));
  }

  @Test
  void pureCodeHasNoClockAndThrowsNoDice() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .accessTargetWhere(
                call(Instant.class, "now")
                    .or(call(System.class, "currentTimeMillis"))
                    .or(call(System.class, "nanoTime"))
                    .or(call(System.class, "getenv"))
                    .or(call(System.class, "getProperty"))
                    .or(call(UUID.class, "randomUUID"))
                    .or(call(Math.class, "random"))
                    .or(call(Thread.class, "sleep")))
            .orShould()
            .dependOnClassesThat(
                JavaClass.Predicates.assignableTo(Random.class)
                    .or(JavaClass.Predicates.assignableTo(Clock.class))
                    .or(JavaClass.Predicates.type(ThreadLocalRandom.class))
                    .or(JavaClass.Predicates.assignableTo(Thread.class))));
  }

  @Test
  void valuesKnowNoOneAbove() {
    onlyInside("reading", ".reading..");
    onlyInside("spec", ".spec..", ".reading..");
    onlyInside("engine", ".engine..", ".reading..");
    onlyInside("snapshots", ".snapshots..", ".reading..");
    onlyInside("resources", ".resources..", ".spec..", ".reading..");
  }

  @Test
  void aPortDoesNotKnowItsAdapter() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".engine")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".engine.flink..")));
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".snapshots")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".snapshots.s3..")));
  }

  @Test
  void onlyTheWiringKnowsTheAdapters() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "..")
            .and()
            .resideOutsideOfPackages(ROOT, ROOT + ".engine.flink..", ROOT + ".snapshots.s3..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(ROOT + ".engine.flink..", ROOT + ".snapshots.s3..")));
  }

  @Test
  void theEnginesOwnClassesStayBehindTheirTwoDoors() {
    check(
        noClasses()
            .that(
                describe(
                    "are outside snapshots.s3 and resources.ProcessMemory",
                    type ->
                        !type.getPackageName().startsWith(ROOT + ".snapshots.s3")
                            && !type.getName().startsWith(ROOT + ".resources.ProcessMemory")))
            .should()
            .dependOnClassesThat(resideInAPackage("org.apache.flink..")));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".snapshots.s3..")
            .should()
            .dependOnClassesThat(resideInAPackage("software.amazon..")));
  }

  @Test
  void packagesFormNoCycle() {
    check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
  }

  @Test
  void noNameIsABin() {
    check(
        classes()
            .that(alwaysTrue())
            .should()
            .haveNameNotMatching(".*(Utils?|Helpers?|Managers?)(\\$.*)?")
            .andShould()
            .haveNameNotMatching(".*[.$]Abstract[A-Z].*"));
  }

  private static void onlyInside(String name, String... allowed) {
    DescribedPredicate<JavaClass> elsewhere =
        describe(
            "are in another package of the operator",
            type -> {
              if (!type.getPackageName().startsWith(ROOT)) {
                return false;
              }
              for (String some : allowed) {
                if (resideInAPackage(ROOT + some).test(type)) {
                  return false;
                }
              }
              return true;
            });
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + name + "..")
            .should()
            .dependOnClassesThat(elsewhere));
  }

  private static DescribedPredicate<JavaAccess<?>> call(Class<?> owner, String method) {
    return describe(
        owner.getSimpleName() + "." + method,
        access -> access.getTargetOwner().isEquivalentTo(owner) && access.getName().equals(method));
  }

  private static void check(ArchRule rule) {
    // A rule whose package does not exist yet has nothing to forbid.
    rule.allowEmptyShould(true).check(OPERATOR);
  }
}
