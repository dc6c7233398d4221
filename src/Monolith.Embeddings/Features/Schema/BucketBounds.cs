using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Where the buckets of a raw column end: bucket 0 has what is below the first bound, bucket i what is at least bound i - 1 and below bound
/// i, and the last one what is at least the last bound. Infinite values are in the first and the last bucket. Immutable; thread-safe.
/// </summary>
/// <example>
/// <code>
/// f.Buckets("age_bucket", "buckets", age, BucketBounds.At(18, 25, 35, 50, 65));
/// f.Buckets("price_bucket", "buckets", price, BucketBounds.Logarithmic(first: 1, ratio: 2, count: 12));
/// f.Buckets("views_bucket", "buckets", views, BucketBounds.Quantiles(buckets: 20, learnFrom: 100_000));
/// </code>
/// </example>
public sealed class BucketBounds
{
    /// <summary>The largest number of buckets: 65,536.</summary>
    public const int MaxBuckets = 65_536;

    /// <summary>The largest number of values that quantiles are learned from: 1,000,000,000.</summary>
    public const int MaxLearnFrom = 1_000_000_000;

    private readonly List<string> _problems = [];

    private BucketBounds()
    {
    }

    /// <summary>Whether the bounds are learned on the stream.</summary>
    public bool AreLearned => LearnFrom > 0;

    /// <summary>The bounds, ascending; empty where they are learned.</summary>
    internal float[] Given { get; private init; } = [];

    /// <summary>How many buckets there are to be.</summary>
    internal int Buckets { get; private init; }

    /// <summary>From how many values they are learned; 0 where they are given.</summary>
    internal int LearnFrom { get; private init; }

    /// <summary>What a fingerprint knows of them. Bounds that are equal mean the same, however they were made.</summary>
    internal object[] Facts => AreLearned ? ["quantiles", Buckets, LearnFrom] : ["at", .. Given.Cast<object>()];

    /// <summary>What a message says of them.</summary>
    internal string Description => AreLearned
        ? $"{Buckets} quantiles of {LearnFrom} values"
        : $"bounds {string.Join(", ", Given.Take(8).Select(bound => $"{bound}"))}"
            + (Given.Length > 8 ? $" and {Given.Length - 8} more" : "");

    /// <summary>Bounds that are known.</summary>
    /// <param name="bounds">Finite, ascending, none twice; 1 to <see cref="MaxBuckets"/> - 1 of them.</param>
    public static BucketBounds At(params ReadOnlySpan<float> bounds)
    {
        var made = new BucketBounds { Given = bounds.ToArray(), Buckets = bounds.Length + 1 };
        made.Require(bounds.Length is >= 1 and < MaxBuckets, $"has {bounds.Length} bounds; 1 to {MaxBuckets - 1} are allowed.");
        made.RequireAscending();
        return made;
    }

    /// <summary>
    /// Bounds that grow by a ratio: first, first x ratio, first x ratio^2 and so on. Values at or below zero are in bucket 0.
    /// </summary>
    /// <param name="first">The first bound, finite and above 0.</param>
    /// <param name="ratio">How much larger the next bound is, finite and above 1: 2 for doublings.</param>
    /// <param name="count">How many bounds, 1 to <see cref="MaxBuckets"/> - 1; the last one must be finite.</param>
    public static BucketBounds Logarithmic(float first, float ratio, int count)
    {
        var isUsable = first > 0 && float.IsFinite(first) && ratio > 1 && float.IsFinite(ratio) && count is >= 1 and < MaxBuckets;
        var made = new BucketBounds
        {
            Given = isUsable ? [.. Enumerable.Range(0, count).Select(i => (float)(first * ExactMath.Power(ratio, (long)i)))] : [],
            Buckets = count + 1,
        };
        made.Require(first > 0 && float.IsFinite(first), $"has the first bound {first:R}; it must be finite and above 0.");
        made.Require(ratio > 1 && float.IsFinite(ratio), $"has the ratio {ratio:R}; it must be finite and above 1.");
        made.Require(count is >= 1 and < MaxBuckets, $"has {count} bounds; 1 to {MaxBuckets - 1} are allowed.");
        made.RequireAscending();
        return made;
    }

    /// <summary>
    /// Bounds between which about as many values lie, learned from the first values that a trainer learns from, and fixed after that.
    /// Until then all values have one id of their own. Values that occur often may leave fewer buckets.
    /// </summary>
    /// <param name="buckets">How many buckets, 2 to <see cref="MaxBuckets"/>.</param>
    /// <param name="learnFrom">
    /// From how many values, <paramref name="buckets"/> to <see cref="MaxLearnFrom"/>; missing ones do not count. The bounds are used after
    /// the batch that had the last of them. Of n values, a bound is off by at most log2(n / 2,048) / 4,096 of them: 0.22 % of a million.
    /// </param>
    public static BucketBounds Quantiles(int buckets, int learnFrom)
    {
        var made = new BucketBounds { Buckets = buckets, LearnFrom = Math.Max(1, learnFrom) };
        made.Require(buckets is >= 2 and <= MaxBuckets, $"has {buckets} quantiles; 2 to {MaxBuckets} are allowed.");
        made.Require(learnFrom >= buckets && learnFrom <= MaxLearnFrom,
            $"learns {buckets} quantiles from {learnFrom} values; as many values as buckets are needed, and at most {MaxLearnFrom}.");
        return made;
    }

    /// <summary>What is wrong with them.</summary>
    internal void CollectErrors(OptionErrors errors, string path)
    {
        foreach (var problem in _problems) errors.Add(path, problem);
    }

    /// <summary>The bucket of a value that is not NaN, 0 to the number of bounds: how many bounds are not above it.</summary>
    internal static int BucketOf(ReadOnlySpan<float> bounds, float value)
    {
        var (first, count) = (0, bounds.Length);
        while (count > 0)
        {
            var half = count >> 1;
            if (value >= bounds[first + half]) (first, count) = (first + half + 1, count - half - 1);
            else count = half;
        }
        return first;
    }

    private void Require(bool holds, string problem)
    {
        if (!holds) _problems.Add(problem);
    }

    private void RequireAscending()
    {
        for (var i = 0; i < Given.Length; i++)
        {
            if (!float.IsFinite(Given[i])) Require(false, $"has the bound {Given[i]:R} at place {i}; bounds are finite.");
            else if (i > 0 && Given[i] <= Given[i - 1])
                Require(false, $"has the bound {Given[i]:R} at place {i} behind {Given[i - 1]:R}; bounds ascend, and none stands twice.");
            if (_problems.Count > 0) return;
        }
    }
}
