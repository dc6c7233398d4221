using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>Rows whose ranks are asked for: for each a query, and the row's score by it. Its memory is used again.</summary>
internal sealed unsafe class RankedPositives
{
    private readonly PinnedBuffer<float> _queries = new(), _scores = new();
    private long[] _ids = [];
    private int _floats;

    public int Count { get; private set; }

    /// <summary>The packed queries.</summary>
    public float* Queries => _queries.Pointer;

    public float* Scores => _scores.Pointer;

    public ReadOnlySpan<long> Ids => _ids.AsSpan(0, Count);

    /// <summary>Takes queries, and scores the row of each.</summary>
    /// <param name="dimension">The dimension of both.</param>
    /// <param name="ids">The ids of the rows, [n].</param>
    /// <param name="queries">[n, dimension].</param>
    /// <param name="rows">The rows, [n, dimension].</param>
    public void Take(int dimension, ReadOnlySpan<long> ids, ReadOnlySpan<float> queries, ReadOnlySpan<float> rows)
    {
        var stride = DotProduct.PackedLength(dimension);
        Count = ids.Length;
        if (_ids.Length < Count)
        {
            _ids = new long[Count];
            _scores.Reserve(Count);
        }
        if (_floats < Count * stride) _queries.Reserve(_floats = Count * stride);
        ids.CopyTo(_ids);
        for (var i = 0; i < Count; i++)
        {
            DotProduct.Pack(queries.Slice(i * dimension, dimension), new Span<float>(Queries + i * stride, stride));
            Scores[i] = ScoreOf(i, rows.Slice(i * dimension, dimension));
        }
    }

    /// <summary>The score of any row by a query.</summary>
    public float ScoreOf(int query, ReadOnlySpan<float> row)
    {
        fixed (float* weights = row) return DotProduct.Of(weights, Queries + query * DotProduct.PackedLength(row.Length), row.Length);
    }

    /// <summary>Whether a row comes before the one whose rank is asked for.</summary>
    public bool IsBefore(int query, long id, ReadOnlySpan<float> row)
    {
        var score = ScoreOf(query, row);
        return float.IsFinite(score) && (score > Scores[query] || (score == Scores[query] && id < _ids[query]));
    }
}
