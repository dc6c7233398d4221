using System.IO.Hashing;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Makes 64-bit ids. A plain 64-bit number is an id as it stands, any of the 2^64. Texts and bytes become ids by <see cref="XxHash64"/>
/// with seed 0, over UTF-8 for texts: among n texts the expected number of colliding pairs is n^2 / 2^65 (0.0003 for 10^8 texts).
/// Where a table asks for it (<c>IdsCarrySlots</c>), an id packs a slot: bit 63 is zero, then 15 bits of slot, then 48 bits of value.
/// Thread-safe.
/// </summary>
/// <example>
/// <code>
/// var word = FeatureId.OfText("running shoes");
/// // For a table whose ids carry their slots, EmbeddingTableOptions.IdsCarrySlots:
/// var packed = FeatureId.Of(slot: 3, value: 1234);
/// </code>
/// </example>
public static class FeatureId
{
    /// <summary>How many bits of a packed id hold the value: 48.</summary>
    public const int ValueBits = PackedId.ValueBits;

    /// <summary>The largest slot that a packed id can hold: 32,767.</summary>
    public const int MaxSlot = PackedId.MaxSlot;

    /// <summary>The largest value that a packed id can hold: 2^48 - 1.</summary>
    public const long MaxValue = (1L << ValueBits) - 1;

    /// <summary>
    /// The id of a text: XxHash64, seed 0, of its UTF-8 bytes. Half a surrogate pair, which has no UTF-8, counts as the three bytes of its
    /// number (WTF-8): texts that differ there alone have ids of their own. Allocates nothing.
    /// </summary>
    /// <param name="text">Any text; the empty text has an id too.</param>
    public static long OfText(ReadOnlySpan<char> text) => unchecked((long)TextHash.Of(text));

    /// <summary>The id of bytes: XxHash64, seed 0.</summary>
    /// <param name="bytes">Any bytes.</param>
    public static long OfBytes(ReadOnlySpan<byte> bytes) => unchecked((long)XxHash64.HashToUInt64(bytes));

    /// <summary>Packs a slot and a value into one id.</summary>
    /// <param name="slot">0 to <see cref="MaxSlot"/>.</param>
    /// <param name="value">0 to <see cref="MaxValue"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them does not fit.</exception>
    public static long Of(int slot, long value)
    {
        if (slot is < 0 or > MaxSlot)
            throw OutOfRange.Of(nameof(slot), slot, $"A packed id holds slots 0 to {MaxSlot}.");
        if (value is < 0 or > MaxValue)
            throw OutOfRange.Of(nameof(value), value,
                $"A packed id holds values 0 to {MaxValue} (48 bits). Use plain 64-bit ids, or fold the value to 48 bits first.");
        return ((long)slot << ValueBits) | value;
    }

    /// <summary>The slot of a packed id.</summary>
    /// <param name="id">An id made by <see cref="Of"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bit 63 is set, so that the id is not a packed one.</exception>
    public static int Slot(long id) => (int)(RequirePacked(id) >> ValueBits);

    /// <summary>The value of a packed id.</summary>
    /// <param name="id">An id made by <see cref="Of"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bit 63 is set, so that the id is not a packed one.</exception>
    public static long Value(long id) => RequirePacked(id) & MaxValue;

    private static long RequirePacked(long id) => id >= 0
        ? id
        : throw OutOfRange.Of(nameof(id), id, "Bit 63 of a packed id is zero; this id was not made by FeatureId.Of.");
}
