using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>What a dry run counts. Not thread-safe.</summary>
internal sealed class ForecastTally
{
    private readonly Dictionary<long, long> _missed = [];
    private long _samples;

    public long Rows { get; set; }

    /// <summary>How many lookups the samples stand for.</summary>
    public long Lookups { get; set; }

    public void AddSample(long id, bool isMissed)
    {
        _samples++;
        ref var missed = ref CollectionsMarshal.GetValueRefOrAddDefault(_missed, id, out _);
        if (isMissed) missed++;
    }

    /// <summary>
    /// The estimate of Horvitz and Thompson (1952): each sampled miss stands for <see cref="LookupSamples.Rate"/> misses. Ids are sampled
    /// independently, with all their lookups, so that the variance is the sum of the squared misses of the ids.
    /// </summary>
    public EvictionForecast ToForecast(long rowBytes)
    {
        const double share = 1.0 / LookupSamples.Rate;
        var missed = _missed.Values.Sum();
        var variance = (1 - share) * _missed.Values.Sum(count => (double)count * count);
        var perLookup = Lookups == 0 ? 0 : 1 / (share * Lookups);
        return new EvictionForecast
        {
            Rows = Rows,
            Bytes = Rows * rowBytes,
            MissedLookupShare = Math.Min(1, missed * perLookup),
            StandardError = Math.Sqrt(variance) * perLookup,
            Samples = _samples,
            SampledIds = _missed.Count,
            Lookups = Lookups,
        };
    }
}
