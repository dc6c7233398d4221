using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets.Synthetic;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// A synthetic stream of impressions and clicks that drifts, for tests, benchmarks and first steps where no real log is available. What it
/// says about a model is about this generator, not about people.
/// </summary>
/// <remarks>
/// <para>
/// The truth: logit(click) = logit(<see cref="SyntheticClickStreamOptions.BaseClickRate"/>) + user bias + item bias + hour bias +
/// strength * (user . item) / sqrt(dimension). The biases have standard deviations 0.5, 0.7 and 0.2. Latent components have variance 1; an
/// item's are 0.8 of its category's and 0.6 of its own, so that a new item's category already says something about it.
/// </para>
/// <para>
/// Drift: items stand in <see cref="SyntheticClickStreamOptions.Items"/> places whose popularity falls like Zipf's law with exponent 1.
/// The item of a place rises to its full popularity in the middle of its life and fades to a fiftieth at its end, when a new one is born
/// there; the places' lives begin at different times. Users are drawn by the square of a uniform number: the first are the busiest.
/// </para>
/// <para>
/// Each impression is a function of the seed and its number alone, of + - x / and square root, and so has the same bits on every machine.
/// The first impressions do not depend on how many follow. Immutable; thread-safe.
/// </para>
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A click stream is the field's term, not a System.IO.Stream.")]
public sealed class SyntheticClickStream
{
    private const double UserDeviation = 0.5, ItemDeviation = 0.7, HourDeviation = 0.2, CategoryShare = 0.8, OwnShare = 0.6;
    private const double Faded = 0.02;
    private const double MillisecondsPerHour = 3_600_000;
    private readonly SyntheticClickStreamOptions _options;
    private readonly SyntheticDraws _users, _items, _categories, _events;
    private readonly double[] _popularity, _birth, _hourBias;
    private readonly double _bias, _strength;
    private readonly long _start;

    /// <summary>Creates the stream.</summary>
    /// <param name="options">Its size, its drift and its seed, which are copied; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option cannot be used; its failures list every one of them.</exception>
    public SyntheticClickStream(SyntheticClickStreamOptions? options = null)
    {
        _options = Copy(options ?? new SyntheticClickStreamOptions());
        _start = _options.Start.ToUnixTimeMilliseconds();
        var draws = new SyntheticDraws(_options.Seed);
        (_users, _items, _categories, _events) = (draws.Of(1), draws.Of(2), draws.Of(3), draws.Of(4));
        _popularity = new double[_options.Items];
        var sum = 0.0;
        for (var place = 0; place < _popularity.Length; place++) _popularity[place] = sum += 1.0 / (place + 1);
        _birth = [.. Enumerable.Range(0, _options.Items).Select(draws.Of(5).Uniform)];
        _hourBias = [.. Enumerable.Range(0, 24).Select(hour => HourDeviation * draws.Of(6).Normal(hour))];
        _bias = ExactMath.Log(_options.BaseClickRate / (1 - _options.BaseClickRate));
        _strength = _options.InteractionStrength / Math.Sqrt(_options.LatentDimension);
    }

    /// <summary>The number of impressions.</summary>
    public long Count => _options.EventCount;

    /// <summary>One impression, in any order.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside.</exception>
    public SyntheticClick this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
            var draws = _events.Of(index);
            var passed = index * (1000 / _options.EventsPerSecond);
            var time = _start + (long)passed;
            var hour = (int)(time / (long)MillisecondsPerHour % 24);
            var user = UserOf(draws.Uniform(0));
            var item = Choose(passed / MillisecondsPerHour, draws);
            var category = _items.Of(item).Below(0, _options.Categories);
            var probability = Sigmoid(Logit(user, item, category) + _hourBias[hour]);
            return new SyntheticClick
            {
                User = user,
                Item = item,
                Category = category,
                Hour = hour,
                Clicked = draws.Uniform(1) < probability,
                Probability = probability,
                Time = DateTimeOffset.FromUnixTimeMilliseconds(time),
            };
        }
    }

    /// <summary>All impressions in time order. Allocates nothing per impression.</summary>
    public IEnumerable<SyntheticClick> Read()
    {
        for (long index = 0; index < Count; index++) yield return this[index];
    }

    private long UserOf(double uniform) => (long)(uniform * uniform * _options.Users);

    /// <summary>Draws a place by its popularity until its item's age accepts.</summary>
    private long Choose(double hours, SyntheticDraws draws)
    {
        for (var n = 2; ; n += 2)
        {
            var place = Array.BinarySearch(_popularity, draws.Uniform(n) * _popularity[^1]);
            // A number that is found ends the place before.
            place = Math.Min(place < 0 ? ~place : place + 1, _popularity.Length - 1);
            var lives = hours * _options.DriftPerHour + _birth[place];
            var generation = (long)lives;
            var age = lives - generation;
            if (draws.Uniform(n + 1) < Faded + (1 - Faded) * 4 * age * (1 - age)) return generation * _options.Items + place;
        }
    }

    private double Logit(long user, long item, int category)
    {
        var (userDraws, itemDraws, categoryDraws) = (_users.Of(user), _items.Of(item), _categories.Of(category));
        var product = 0.0;
        for (var d = 0; d < _options.LatentDimension; d++)
            product += userDraws.Normal(d + 2) * (CategoryShare * categoryDraws.Normal(d) + OwnShare * itemDraws.Normal(d + 2));
        return _bias + UserDeviation * userDraws.Normal(1) + ItemDeviation * itemDraws.Normal(1) + _strength * product;
    }

    private static double Sigmoid(double logit) => 1 / (1 + ExactMath.Exp(-logit));

    private static SyntheticClickStreamOptions Copy(SyntheticClickStreamOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        return new SyntheticClickStreamOptions
        {
            Users = options.Users,
            Items = options.Items,
            Categories = options.Categories,
            LatentDimension = options.LatentDimension,
            EventCount = options.EventCount,
            Start = options.Start,
            EventsPerSecond = options.EventsPerSecond,
            DriftPerHour = options.DriftPerHour,
            BaseClickRate = options.BaseClickRate,
            InteractionStrength = options.InteractionStrength,
            Seed = options.Seed,
        };
    }
}
