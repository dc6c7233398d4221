using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>Counts what a sampler does for the meter, and tells once what is off. Not thread-safe.</summary>
/// <param name="options">Name the slot, the task and the logger.</param>
internal sealed class SamplerWatch(NegativeSamplerOptions options)
{
    private static readonly Counter<long> Examples = EmbeddingMeter.Counter<long>(SamplerInstruments.Examples);
    private static readonly Counter<long> Draws = EmbeddingMeter.Counter<long>(SamplerInstruments.Draws);

    private readonly ILogger? _logger = options.Logger;
    private SamplerCounts _before;
    private bool _toldItem, _toldLabel;

    /// <summary>Looks at what was done up to a batch.</summary>
    public void Look(in SamplerCounts now)
    {
        Count(Examples, "positive", now.Positives - _before.Positives);
        Count(Examples, "negative", now.Negatives - _before.Negatives);
        Count(Examples, "passed_by", now.Others - _before.Others);
        Count(Draws, "rejected", now.Rejections - _before.Rejections);
        Count(Draws, "missing", now.Missing - _before.Missing);
        _before = now;
        if (_logger is null) return;
        if (now.WithoutItem > 0 && !_toldItem) _logger.HasNoSingleItem(options.Item!.Name, now.WithoutItem);
        if (now.Labelled > 0 && !_toldLabel) _logger.HasNegatives(options.Task!.Name, now.Labelled);
        (_toldItem, _toldLabel) = (_toldItem || now.WithoutItem > 0, _toldLabel || now.Labelled > 0);
    }

    /// <summary>Looks at what was done up to the end of the stream.</summary>
    public void End(in SamplerCounts now)
    {
        if (now.Positives == 0 && now.Others > 0) _logger?.HasNoPositives(options.Task!.Name, now.Others);
    }

    private static void Count(Counter<long> counter, string kind, long count)
    {
        // After going back there is less than before.
        if (count > 0) counter.Add(count, KeyValuePair.Create(InstrumentTags.Kind, (object?)kind));
    }
}
