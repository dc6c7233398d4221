namespace Monolith.Embeddings.Features.Schema;

/// <summary>An id for each combination of ids of other slots.</summary>
internal sealed class CrossSource(FeatureSlot[] parts) : SlotSource(["cross", .. parts.Select(part => part.Name)])
{
    public const int FewestParts = 2, MostParts = 4;

    public ReadOnlySpan<FeatureSlot> Parts => parts;

    public override string Description => $"cross of {string.Join(", ", parts.Select(part => $"'{part.Name}'"))}";

    public override bool IsMadeOf(ReadOnlySpan<bool> slots, ReadOnlySpan<bool> numbers)
    {
        foreach (var part in parts)
        {
            if (slots[part.Index]) return true;
        }
        return false;
    }
}
