using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>What an eviction would do, see <see cref="EmbeddingTable.DryRun"/>. Immutable.</summary>
[DebuggerDisplay("{Rows} rows, {MissedLookupShare:P1} of lookups missed")]
public sealed record EvictionForecast
{
    internal EvictionForecast()
    {
    }

    /// <summary>How many rows would go.</summary>
    public long Rows { get; init; }

    /// <summary>The bytes of these rows, optimizer state included, their places in the index not.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// The share of recent lookups, 0 to 1, that asked for an id whose row would go: an estimate from the lookups of one id in 1,024,
    /// chosen by hash. Rests on <see cref="Samples"/>; where there are few, it says little.
    /// </summary>
    public double MissedLookupShare { get; init; }

    /// <summary>
    /// The standard error of <see cref="MissedLookupShare"/>. Where no sampled lookup would have missed it is 0 as well, and the share is
    /// most likely below 3,072 / <see cref="Lookups"/>.
    /// </summary>
    public double StandardError { get; init; }

    /// <summary>How many sampled lookups the estimate rests on.</summary>
    public long Samples { get; init; }

    /// <summary>How many different ids they asked for.</summary>
    public long SampledIds { get; init; }

    /// <summary>How many lookups the samples stand for: the newest ones of the table.</summary>
    public long Lookups { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(EvictionForecast), PrintMembers);
}
