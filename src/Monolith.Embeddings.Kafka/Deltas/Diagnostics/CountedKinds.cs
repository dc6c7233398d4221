using System.Diagnostics.Metrics;

namespace Monolith.Embeddings.Kafka.Deltas.Diagnostics;

/// <summary>A counter by kinds that is there with 0 before the first is counted. Thread-safe.</summary>
/// <typeparam name="TKind">The kinds, from 0 on.</typeparam>
internal sealed class CountedKinds<TKind>
    where TKind : struct, Enum
{
    private readonly long[] _counts = new long[Enum.GetValues<TKind>().Length];

    public CountedKinds(Meter meter, string name, string unit, string description, string tag)
    {
        KeyValuePair<string, object?>[] tags = [.. Enum.GetValues<TKind>().Select(kind => KeyValuePair.Create(tag, (object?)NameOf(kind)))];
        meter.CreateObservableCounter(name, () => _counts.Select((_, i) => new Measurement<long>(Volatile.Read(ref _counts[i]), tags[i])),
            unit, description);
    }

    public void Add(TKind kind) => Interlocked.Increment(ref _counts[Convert.ToInt32(kind, null)]);

    public long this[TKind kind] => Volatile.Read(ref _counts[Convert.ToInt32(kind, null)]);

    /// <summary>The name of a kind as metrics have it: words in lower case.</summary>
    public static string NameOf(TKind kind) =>
        string.Concat(kind.ToString().Select((letter, i) =>
            i > 0 && char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
