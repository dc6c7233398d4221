using System.Diagnostics.Metrics;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>
/// A counter of what seldom happens, which is published with 0 before it does: an alarm on the growth of a number that is not there yet
/// would miss the first time. Read when metrics are collected. Thread-safe.
/// </summary>
internal sealed class PublishedCounter
{
    private readonly long[] _counts;
    private readonly KeyValuePair<string, object?>[] _tags;

    /// <param name="shown">What it shows.</param>
    /// <param name="tag">What tells its parts apart; null where it has one.</param>
    /// <param name="values">The values of the tag, one a part; empty where it has one part.</param>
    public PublishedCounter(InstrumentDescription shown, string? tag = null, params string[] values)
    {
        _counts = new long[tag is null ? 1 : values.Length];
        _tags = tag is null ? [] : [.. values.Select(value => KeyValuePair.Create(tag, (object?)value))];
        EmbeddingMeter.Observed(shown, Observe);
    }

    /// <summary>Counts.</summary>
    /// <param name="count">How many; what is not positive does not count.</param>
    /// <param name="part">The place of the tag's value.</param>
    public void Add(long count, int part = 0)
    {
        if (count > 0) Interlocked.Add(ref _counts[part], count);
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            var count = Interlocked.Read(ref _counts[i]);
            yield return _tags.Length == 0 ? new Measurement<long>(count) : new Measurement<long>(count, _tags[i]);
        }
    }
}
