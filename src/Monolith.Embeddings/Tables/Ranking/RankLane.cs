using System.Runtime.CompilerServices;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>One thread's share of counting the rows that come before given ones.</summary>
internal sealed unsafe class RankLane
{
    private const int MostScores = 4096, FewestRows = 64;

    private RankedPositives _positives = null!;
    private long[] _before = [], _marked = [];
    private int _count, _stride, _dimension;
    private bool _areMixed;

    public ScanBuffers Buffers { get; } = new();

    public int ChunkRows { get; private set; }

    /// <summary>How many rows come before each of those that were given.</summary>
    public ReadOnlySpan<long> Before => _before.AsSpan(0, _count);

    public void Begin(RankedRows rows, RankedPositives positives)
    {
        (_positives, _count) = (positives, positives.Count);
        (_dimension, _stride, _areMixed) = (rows.Dimension, DotProduct.PackedLength(rows.Dimension), rows.IdsAreMixed);
        ChunkRows = Math.Max(FewestRows, MostScores / Math.Max(1, _count));
        if (_before.Length < _count) (_before, _marked) = (new long[_count], new long[_count]);
        _before.AsSpan(0, _count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ulong key, float* weights)
    {
        float* query = _positives.Queries, bounds = _positives.Scores;
        for (var i = 0; i < _count; i++, query += _stride)
        {
            var score = DotProduct.Of(weights, query, _dimension);
            if (score >= bounds[i]) Count(i, key, score, bounds[i]);
        }
    }

    public void Mark() => _before.AsSpan(0, _count).CopyTo(_marked);

    public void Rewind() => _marked.AsSpan(0, _count).CopyTo(_before);

    // Not where the score is infinite: such a row would not be found.
    private void Count(int query, ulong key, float score, float bound)
    {
        if (score == float.PositiveInfinity) return;
        if (score > bound || unchecked((long)(_areMixed ? KeyMixer.Unmix(key) : key)) < _positives.Ids[query]) _before[query]++;
    }
}
