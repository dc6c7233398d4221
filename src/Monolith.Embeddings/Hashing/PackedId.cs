namespace Monolith.Embeddings.Hashing;

/// <summary>The bits of an id that packs a slot: bit 63 is zero, then 15 bits of slot, then 48 bits of value.</summary>
internal static class PackedId
{
    public const int ValueBits = 48;

    public const int MaxSlot = (1 << 15) - 1;

    /// <summary>The slot of an id; negative where bit 63 is set, so that the id packs none.</summary>
    public static int SlotOrNone(long id) => (int)(id >> ValueBits);
}
