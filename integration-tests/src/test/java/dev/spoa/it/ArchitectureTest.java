package dev.spoa.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the modules may know of each other, and what users may see. */
@AnalyzeClasses(packages = "dev.spoa", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest static final ArchRule protocolKnowsNoChannelsAndNoThreads = noClasses().that()
            .resideInAPackage("dev.spoa.protocol..").should().dependOnClassesThat(
                    JavaClass.Predicates.resideInAnyPackage("io.netty.channel..", "io.netty.handler..",
                            "java.nio.channels..", "java.util.concurrent..")
                            .or(JavaClass.Predicates.type(Thread.class)));

    @ArchTest static final ArchRule usersSeeNoNetty = classes().that()
            .resideInAnyPackage("dev.spoa.agent", "dev.spoa.conformance", "dev.spoa.engine", "dev.spoa.protocol",
                    "dev.spoa.testkit")
            .and(areVisible())
            .should(showNothingOf("io.netty"));

    @ArchTest static final ArchRule agentDoesNotKnowEngine =
            noClasses().that().resideInAPackage("dev.spoa.agent..").should()
                    .dependOnClassesThat().resideInAPackage("dev.spoa.engine..");

    @ArchTest static final ArchRule engineDoesNotKnowAgent =
            noClasses().that().resideInAPackage("dev.spoa.engine..").should()
                    .dependOnClassesThat().resideInAPackage("dev.spoa.agent..");

    /** It judges any agent, so it must not be able to look into ours. */
    @ArchTest static final ArchRule conformanceDoesNotKnowAgent =
            noClasses().that().resideInAPackage("dev.spoa.conformance..").should()
                    .dependOnClassesThat().resideInAnyPackage("dev.spoa.agent..", "dev.spoa.fixture..");

    @ArchTest static final ArchRule onlyAssertionsKnowAssertj =
            noClasses().that().resideInAPackage("dev.spoa.testkit").and().doNotHaveSimpleName("AckAssert").should()
                    .dependOnClassesThat().resideInAPackage("org.assertj..");

    @ArchTest static final ArchRule testToolsStayInTests = noClasses().that()
            .resideInAnyPackage("dev.spoa.protocol..", "dev.spoa.agent..", "dev.spoa.engine..",
                    "dev.spoa.conformance..",
                    "dev.spoa.cli..", "dev.spoa.fixture..")
            .should()
            .dependOnClassesThat().resideInAnyPackage("dev.spoa.testkit..", "dev.spoa.testsupport..", "org.junit..");

    @ArchTest static final ArchRule packagesHaveNoCycles = slices().matching("dev.spoa.(**)").should().beFreeOfCycles();

    private static DescribedPredicate<JavaClass> areVisible() {
        return DescribedPredicate.describe("are visible to users", type -> isVisible(type)
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true));
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers());
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static ArchCondition<JavaClass> showNothingOf(String prefix) {
        return new ArchCondition<>("show nothing of " + prefix) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream.concat(Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream()),
                        type.getMembers().stream().filter(member -> isVisible(member.getModifiers()))
                                .flatMap(ArchitectureTest::typesOf))
                        .filter(seen -> seen.getPackageName().startsWith(prefix)).collect(Collectors.toSet())
                        .forEach(seen -> events.add(SimpleConditionEvent.violated(type,
                                type.getName() + " shows " + seen.getName())));
            }
        };
    }

    private static Stream<JavaClass> typesOf(JavaMember member) {
        return switch (member) {
            case JavaField field -> field.getAllInvolvedRawTypes().stream();
            case JavaCodeUnit unit -> Stream.concat(unit.getAllInvolvedRawTypes().stream(),
                    unit.getThrowsClause().getTypes().stream());
            default -> throw new IllegalArgumentException(member + " is neither a field nor a code unit");
        };
    }
}
