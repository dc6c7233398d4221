using Monolith.Embeddings.Streams.Joining.Keys;

namespace Monolith.Embeddings.Streams;

/// <summary>Keys that are ready for use.</summary>
public static class JoinKeys
{
    /// <summary>A number.</summary>
    public static JoinKey<long> Int64 { get; } = new Int64Key();

    /// <summary>Two numbers, for example a request's and an item's.</summary>
    public static JoinKey<(long, long)> Int64Pair { get; } = new PairKey<long, long>(Int64, Int64);

    /// <summary>A GUID, in the order of <see cref="Guid.CompareTo(Guid)"/>.</summary>
    public static JoinKey<Guid> Guid { get; } = new GuidKey();

    /// <summary>A text, in ordinal order. Each char below U+0080 takes a byte, others take two or three.</summary>
    public static JoinKey<string> Text { get; } = new TextKey();

    /// <summary>Two texts, in ordinal order; neither is null.</summary>
    public static JoinKey<(string, string)> TextPair { get; } = new PairKey<string, string>(Text, Text);

    /// <summary>A text and a number.</summary>
    public static JoinKey<(string, long)> TextAndInt64 { get; } = new PairKey<string, long>(Text, Int64);
}
