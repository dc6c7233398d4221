using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Calibration;

/// <summary>
/// Corrects the logits of one task by a monotone table, learned as the stream goes on: decaying counts of positives and negatives in
/// buckets of the logit, made monotone after each batch (<see cref="IsotonicFit"/>). A bucket begins at what <see cref="PlattScaling"/>
/// says of it. Not thread-safe.
/// </summary>
internal sealed class IsotonicTable
{
    /// <summary>How many buckets there are.</summary>
    public const int Buckets = 2 * MaxLogit * BucketsPerUnit;

    private const int BucketsPerUnit = 4, MaxLogit = 16;

    // Less than this share of an example has decayed to nothing: what is left of it is forgotten.
    private const double LeastWeight = 1e-9;

    private readonly ScoreBucket[] _known = new ScoreBucket[Buckets], _new = new ScoreBucket[Buckets];
    private readonly IsotonicFit _fit = new();
    private double _weight;

    /// <summary>The corrected logit; what is not finite stays as it is.</summary>
    public float Apply(float logit, PlattScaling platt) => _fit.Apply(logit, platt);

    /// <summary>Adds an example of the batch.</summary>
    /// <param name="logit">The model's logit, finite.</param>
    /// <param name="offset">What is added to a logit in training.</param>
    /// <param name="label">0 to 1.</param>
    /// <param name="weight">How much it counts.</param>
    public void Add(float logit, float offset, float label, float weight)
    {
        var x = Math.Clamp(logit, -MaxLogit, (double)MaxLogit);
        var trained = x + offset;
        // Both ratios are 1 without an offset. 1 - sigmoid(x) is sigmoid(-x), which keeps its digits.
        var example = new ScoreBucket
        {
            Positives = weight * label * (Logistic.Sigmoid(-trained) / Logistic.Sigmoid(-x)),
            Negatives = weight * (1 - (double)label) * (Logistic.Sigmoid(trained) / Logistic.Sigmoid(x)),
        };
        example.Logits = example.Weight * x;
        // As the models leave such a row out.
        if (!(example.Weight is >= 0 and <= 1e9)) return;
        _new[Math.Min((int)((x + MaxLogit) * BucketsPerUnit), Buckets - 1)].Add(in example);
        _weight += weight;
    }

    /// <summary>Learns from what was added.</summary>
    /// <typeparam name="TRule">What labels mean.</typeparam>
    /// <param name="platt">Has learned from the same batch.</param>
    /// <param name="memory">What was learned decays by a factor of e over examples of this weight.</param>
    public void Step<TRule>(PlattScaling platt, double memory)
        where TRule : struct, IFeedbackRule
    {
        if (!(_weight > 0)) return;
        var decay = memory / (memory + _weight);
        for (var i = 0; i < Buckets; i++)
        {
            _known[i].Decay(decay);
            if (_known[i].Weight < LeastWeight) _known[i] = default;
            _known[i].Add(in _new[i]);
        }
        Array.Clear(_new);
        _weight = 0;
        _fit.Fit<TRule>(_known, platt);
    }

    /// <summary>Writes what was learned.</summary>
    public void Save(FieldWriter fields)
    {
        fields.Int32(Buckets);
        foreach (ref readonly var bucket in _known.AsSpan())
        {
            fields.Double(bucket.Positives);
            fields.Double(bucket.Negatives);
            fields.Double(bucket.Logits);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">These are not the bytes of a table.</exception>
    public static IsotonicTable Load<TRule>(ref FieldReader fields, PlattScaling platt)
        where TRule : struct, IFeedbackRule
    {
        var loaded = new IsotonicTable();
        var count = fields.Int32();
        if (count != Buckets) throw new FormatException($"A table has {count} buckets; this program knows {Buckets}.");
        for (var i = 0; i < Buckets; i++)
        {
            var bucket = new ScoreBucket { Positives = fields.Double(), Negatives = fields.Double(), Logits = fields.Double() };
            if (!(bucket is { Positives: >= 0, Negatives: >= 0 } && IsWithin(bucket, i)))
                throw new FormatException($"Bucket {i} of a table has {bucket.Positives:R} positives and {bucket.Negatives:R} negatives.");
            loaded._known[i] = bucket;
        }
        loaded._fit.Fit<TRule>(loaded._known, platt);
        return loaded;
    }

    // The mean of its logits lies in the bucket, except for rounding.
    private static bool IsWithin(in ScoreBucket bucket, int place)
    {
        var middle = (place + 0.5) / BucketsPerUnit - MaxLogit;
        return double.IsFinite(bucket.Weight) && Math.Abs(bucket.Logits - bucket.Weight * middle) <= bucket.Weight / BucketsPerUnit;
    }
}
