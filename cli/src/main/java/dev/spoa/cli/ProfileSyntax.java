package dev.spoa.cli;

import dev.spoa.engine.EngineProfile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a profile is written on the command line. */
final class ProfileSyntax implements ITypeConverter<EngineProfile> {
    @Override
    public EngineProfile convert(String text) {
        return switch (text) {
            case "legacy" -> EngineProfile.LEGACY;
            case "mux" -> EngineProfile.MUX;
            default -> throw new TypeConversionException("expected legacy or mux, but \"" + text + "\" came");
        };
    }
}
