using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Recall, NDCG and MRR at some k, from the rank of each event's own item among all candidates: for the current window and in total. A
/// trainer fills one (<see cref="OnlineTrainerOptions.Ranking"/>); by itself it takes ranks that come from anywhere. Not thread-safe.
/// </summary>
/// <example>
/// <code>
/// // The rank of what was bought among what was shown, by scores of your own.
/// var metrics = new RankingMetrics(1, 5, 20);
/// metrics.Add(RankingMetrics.RankOf(shownIds, scores, bought));
/// foreach (var at in metrics.Total().At) Console.WriteLine($"recall@{at.K} {at.Recall:F3}, NDCG {at.Ndcg:F3}, MRR {at.Mrr:F3}");
/// </code>
/// </example>
public sealed class RankingMetrics
{
    private readonly int[] _k;
    private readonly RankingSums _window, _total;

    /// <summary>Creates metrics that have seen nothing.</summary>
    /// <param name="k">How many places count, each at least 1; in any order, repeated ones count once.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is less than 1.</exception>
    public RankingMetrics(params ReadOnlySpan<int> k)
    {
        if (k.IsEmpty) throw new ArgumentException("Say at least one k, such as 20.", nameof(k));
        foreach (var places in k) OutOfRange.ThrowIfLess(places, 1, nameof(k));
        _k = [.. k.ToArray().Distinct().Order()];
        (_window, _total) = (new RankingSums(_k.Length), new RankingSums(_k.Length));
    }

    /// <summary>How many places count, ascending.</summary>
    public IReadOnlyList<int> K => _k;

    /// <summary>Adds an event.</summary>
    /// <param name="rank">The rank of its item: 1 and one more for each candidate that comes before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rank is less than 1.</exception>
    public void Add(long rank)
    {
        if (rank < 1) throw OutOfRange.Of(nameof(rank), rank, $"A rank of {rank} is none: the first is 1.");
        _window.Events++;
        _total.Events++;
        // From the largest k down, since a rank that is within one is within those above.
        for (var i = _k.Length - 1; i >= 0 && rank <= _k[i]; i--)
        {
            var gain = Gain(rank);
            _window.Add(i, gain, 1.0 / rank);
            _total.Add(i, gain, 1.0 / rank);
        }
    }

    /// <summary>Adds events.</summary>
    /// <param name="ranks">The rank of the item of each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rank is less than 1; those before it were added.</exception>
    public void Add(ReadOnlySpan<long> ranks)
    {
        foreach (var rank in ranks) Add(rank);
    }

    /// <summary>Adds an event whose item could not be ranked, a miss for every k.</summary>
    public void AddCold()
    {
        _window.AddCold();
        _total.AddCold();
    }

    /// <summary>What was seen since the window began.</summary>
    public RankingSummary Window() => _window.Summarize(_k);

    /// <summary>What was seen in total.</summary>
    public RankingSummary Total() => _total.Summarize(_k);

    /// <summary>Begins the next window.</summary>
    public void ClearWindow() => _window.Clear();

    /// <summary>
    /// The rank of one of some candidates: 1 and one more for each other candidate with a larger score, or an equal score and a lower id,
    /// as a signed number. Candidates whose score is NaN come last.
    /// </summary>
    /// <param name="ids">The candidates, [n], each once.</param>
    /// <param name="scores">Their scores, [n].</param>
    /// <param name="item">One of <paramref name="ids"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the item is not among the ids.</exception>
    public static long RankOf(ReadOnlySpan<long> ids, ReadOnlySpan<float> scores, long item)
    {
        if (ids.Length != scores.Length)
            throw new ArgumentException($"There are {ids.Length} ids and {scores.Length} scores.", nameof(scores));
        var place = ids.IndexOf(item);
        if (place < 0) throw new ArgumentException($"Item {item} is not among the {ids.Length} candidates.", nameof(item));
        var (own, rank) = (scores[place], 1L);
        for (var i = 0; i < ids.Length; i++)
        {
            if (scores[i] > own || (float.IsNaN(own) && !float.IsNaN(scores[i]))) rank++;
            else if ((scores[i] == own || (float.IsNaN(own) && float.IsNaN(scores[i]))) && ids[i] < item) rank++;
        }
        return rank;
    }

    /// <summary>Writes what was seen in total.</summary>
    internal byte[] Save()
    {
        var fields = new FieldWriter();
        fields.Int32(_k.Length);
        foreach (var k in _k) fields.Int32(k);
        _total.Save(fields);
        return fields.Written.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote; where that was of other k, nothing.</summary>
    /// <exception cref="InvalidDataException">These are no bytes of metrics.</exception>
    internal void Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fields = new FieldReader(bytes);
            var saved = fields.List(int.MaxValue, "k", static (ref FieldReader reader) => reader.Int32());
            if (saved.SequenceEqual(_k)) _total.Load(ref fields);
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The ranking metrics cannot be read. {exception.Message}", exception);
        }
    }

    private static double Gain(long rank) => ExactMath.Log(2) / ExactMath.Log(1.0 + rank);
}
