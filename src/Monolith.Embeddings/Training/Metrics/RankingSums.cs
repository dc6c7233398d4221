using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Sums over ranked events, a k each. Not thread-safe.</summary>
internal sealed class RankingSums(int count)
{
    private readonly long[] _hits = new long[count];
    private readonly double[] _gains = new double[count], _reciprocals = new double[count];
    private long _cold;

    public long Events { get; set; }

    public void Add(int place, double gain, double reciprocal)
    {
        _hits[place]++;
        _gains[place] += gain;
        _reciprocals[place] += reciprocal;
    }

    public void AddCold()
    {
        Events++;
        _cold++;
    }

    public RankingSummary Summarize(int[] k) => new()
    {
        Events = Events,
        ColdEvents = _cold,
        At =
        [
            .. k.Select((places, i) => new RankingAtK
            {
                K = places,
                Recall = (double)_hits[i] / Events,
                Ndcg = _gains[i] / Events,
                Mrr = _reciprocals[i] / Events,
            }),
        ],
    };

    public void Save(FieldWriter fields)
    {
        fields.Int64(Events);
        fields.Int64(_cold);
        for (var i = 0; i < count; i++)
        {
            fields.Int64(_hits[i]);
            fields.Double(_gains[i]);
            fields.Double(_reciprocals[i]);
        }
    }

    /// <exception cref="FormatException">The bytes end before.</exception>
    public void Load(ref FieldReader fields)
    {
        (Events, _cold) = (fields.Int64(), fields.Int64());
        for (var i = 0; i < count; i++) (_hits[i], _gains[i], _reciprocals[i]) = (fields.Int64(), fields.Double(), fields.Double());
    }

    public void Clear()
    {
        (Events, _cold) = (0, 0);
        _hits.AsSpan().Clear();
        _gains.AsSpan().Clear();
        _reciprocals.AsSpan().Clear();
    }
}
