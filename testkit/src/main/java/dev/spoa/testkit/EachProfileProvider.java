package dev.spoa.testkit;

import dev.spoa.engine.EngineProfile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes two runs of what has {@link EachProfile}. */
final class EachProfileProvider
        implements TestTemplateInvocationContextProvider, ClassTemplateInvocationContextProvider, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(EachProfileProvider.class);

    /** The profile of the run that a context is part of; empty where it is part of none. */
    static Optional<EngineProfile> profileIn(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(NAMESPACE).get(EngineProfile.class, EngineProfile.class));
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), EachProfile.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        return Stream.of(EngineProfile.values()).map(Run::new);
    }

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestClass(), EachProfile.class);
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
        return Stream.of(EngineProfile.values()).map(Run::new);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EngineProfile.class && profileIn(context).isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return profileIn(context).orElseThrow();
    }

    /** A test that has the annotation in a class that has it too is in two runs, of which the inner one counts. */
    private record Run(EngineProfile profile) implements TestTemplateInvocationContext, ClassTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocation) {
            return profile.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of();
        }

        @Override
        public void prepareInvocation(ExtensionContext context) {
            context.getStore(NAMESPACE).put(EngineProfile.class, profile);
        }
    }
}
