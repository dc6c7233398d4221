using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models;

/// <summary>What derived features have learned, as a section beside a model's weights.</summary>
internal static class DerivedSection
{
    /// <summary>The name of the section. Stored: it must stay.</summary>
    private const string Name = "derived-features";

    /// <summary>Puts it into the sections of a model, where there is something to learn.</summary>
    public static void Save(DerivedFeatures? derived, ModelSections sections)
    {
        if (derived is { HasLearned: true }) sections.AddBytes(Name, SectionRole.Weights, derived.Save());
    }

    /// <summary>Takes it from the sections of a model; null where the schema derives nothing.</summary>
    /// <exception cref="InvalidDataException">It is missing, or damaged.</exception>
    public static DerivedFeatures? Load(FeatureSchema schema, ModelSections sections)
    {
        if (!schema.HasDerived) return null;
        var derived = new DerivedFeatures(schema);
        if (!derived.HasLearned) return derived;
        if (!sections.Contains(Name)) throw new InvalidDataException($"The section '{Name}' is missing, which the schema needs.");
        derived.Load(sections.Bytes(Name));
        return derived;
    }
}
