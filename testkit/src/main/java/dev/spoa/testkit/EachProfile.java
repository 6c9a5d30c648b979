package dev.spoa.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * In place of {@code @Test}: the test runs once with an engine as HAProxy up to 3.0 has it and once with one as from 3.1
 * on. On a class: all its tests do.
 *
 * {@snippet file="dev/spoa/testkit/examples/ScoresTest.java" region="profiles"}
 *
 * <p>
 * It decides which profile the {@link dev.spoa.engine.Engine} has that {@link AgentExtension} gives to a parameter,
 * whatever {@link AgentExtension#profile} says. A parameter of type {@link dev.spoa.engine.EngineProfile} is given the
 * profile itself.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ClassTemplate
@ExtendWith(EachProfileProvider.class)
public @interface EachProfile {}
