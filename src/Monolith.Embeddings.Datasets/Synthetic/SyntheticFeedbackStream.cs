using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets.Synthetic;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// A synthetic stream of impressions, and of the actions that follow some of them after a delay, to measure what delayed feedback does to a
/// model. What it says about a model is about this generator, not about people.
/// </summary>
/// <remarks>
/// <para>
/// The truth: an action comes with chance p, logit(p) = logit(<see cref="SyntheticFeedbackStreamOptions.BaseActionRate"/>) + user + item.
/// Its delay is exponential, with ln of the mean = ln(<see cref="SyntheticFeedbackStreamOptions.MeanDelay"/>) + user + item: other numbers
/// than those of p. Delays are at most 1,000 means, and 1,000 years, long. Users and items are equally likely. Nothing drifts; traffic may
/// rise once.
/// </para>
/// <para>
/// Each impression and its action are a function of the options and of its number alone, of + - x / and square root, and so have the same
/// bits on every machine. Immutable; thread-safe.
/// </para>
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of events is the field's term, not a System.IO.Stream.")]
public sealed class SyntheticFeedbackStream
{
    private const double MostMeans = 1000, MostMilliseconds = 1000 * 365.25 * 86_400_000;
    private readonly SyntheticFeedbackStreamOptions _options;
    private readonly SyntheticDraws _users, _items, _events;
    private readonly double _bias, _logMean;
    private readonly long _start, _risen;

    /// <summary>Creates the stream.</summary>
    /// <param name="options">Its size, its delays and its seed, which are copied; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option cannot be used; its failures list every one of them.</exception>
    public SyntheticFeedbackStream(SyntheticFeedbackStreamOptions? options = null)
    {
        _options = Copy(options ?? new SyntheticFeedbackStreamOptions());
        _start = _options.Start.ToUnixTimeMilliseconds();
        _risen = _options.RiseAfter is { } after ? (long)Math.Min(_options.EventCount, after.TotalSeconds * _options.EventsPerSecond)
            : _options.EventCount;
        var draws = new SyntheticDraws(_options.Seed);
        (_users, _items, _events) = (draws.Of(1), draws.Of(2), draws.Of(3));
        _bias = ExactMath.Log(_options.BaseActionRate / (1 - _options.BaseActionRate));
        _logMean = ExactMath.Log(_options.MeanDelay.TotalMilliseconds);
    }

    /// <summary>The number of impressions.</summary>
    public long Count => _options.EventCount;

    /// <summary>One impression, in any order.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside.</exception>
    public SyntheticImpression this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
            var draws = _events.Of(index);
            var (user, item) = (draws.Below(0, _options.Users), draws.Below(1, _options.Items));
            var (userDraws, itemDraws) = (_users.Of(user), _items.Of(item));
            var logit = _bias + _options.RateDeviation * (userDraws.Normal(0) + itemDraws.Normal(0));
            var mean = ExactMath.Exp(_logMean + _options.DelayDeviation * (userDraws.Normal(1) + itemDraws.Normal(1)));
            var probability = 1 / (1 + ExactMath.Exp(-logit));
            var delay = Math.Min(MostMilliseconds, mean * Math.Min(MostMeans, -ExactMath.Log(1 - draws.Uniform(3))));
            var time = TimeOf(index);
            return new SyntheticImpression
            {
                RequestId = index,
                User = user,
                Item = item,
                Time = DateTimeOffset.FromUnixTimeMilliseconds(time),
                Probability = probability,
                MeanDelay = TimeSpan.FromMilliseconds(mean),
                ActionTime = draws.Uniform(2) < probability ? DateTimeOffset.FromUnixTimeMilliseconds(time + (long)delay) : null,
            };
        }
    }

    /// <summary>All impressions in time order. Allocates nothing per impression.</summary>
    public IEnumerable<SyntheticImpression> ReadImpressions()
    {
        for (long index = 0; index < Count; index++) yield return this[index];
    }

    /// <summary>
    /// All actions in time order, those of one millisecond by impression: a log of its own, to be joined with <see
    /// cref="ReadImpressions"/>. Keeps those that are to come in memory.
    /// </summary>
    public IEnumerable<SyntheticAction> ReadActions()
    {
        var open = new PriorityQueue<SyntheticAction, (DateTimeOffset, long)>();
        foreach (var impression in ReadImpressions())
        {
            // No later impression has an earlier action than itself.
            while (open.TryPeek(out var next, out _) && next.Time < impression.Time) yield return open.Dequeue();
            if (impression.ActionTime is not { } time) continue;
            var action = new SyntheticAction { RequestId = impression.RequestId, Time = time };
            open.Enqueue(action, (time, impression.RequestId));
        }
        while (open.TryDequeue(out var last, out _)) yield return last;
    }

    private long TimeOf(long index)
    {
        var (before, after) = (Math.Min(index, _risen), Math.Max(0, index - _risen));
        return _start + (long)((before + after / _options.RiseFactor) * (1000 / _options.EventsPerSecond));
    }

    private static SyntheticFeedbackStreamOptions Copy(SyntheticFeedbackStreamOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        return new SyntheticFeedbackStreamOptions
        {
            Users = options.Users,
            Items = options.Items,
            EventCount = options.EventCount,
            Start = options.Start,
            EventsPerSecond = options.EventsPerSecond,
            RiseAfter = options.RiseAfter,
            RiseFactor = options.RiseFactor,
            BaseActionRate = options.BaseActionRate,
            RateDeviation = options.RateDeviation,
            MeanDelay = options.MeanDelay,
            DelayDeviation = options.DelayDeviation,
            Seed = options.Seed,
        };
    }
}
