using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>What an expiry policy asks of the ranks of rows at each pass, in its order.</summary>
internal sealed class RankingQuestions : IRowRanking
{
    private readonly List<(EvictionPolicy Score, long Kept)> _questions = [];

    /// <param name="policy">The policy; null for none.</param>
    public RankingQuestions(ExpiryPolicy? policy) => policy?.ForPass(this);

    public int Count => _questions.Count;

    public uint Stamp => 0;

    public (EvictionPolicy Score, long Kept) this[int index] => _questions[index];

    public RowRank BoundBelowBest(EvictionPolicy score, long kept)
    {
        _questions.Add((score, kept));
        return default;
    }
}
