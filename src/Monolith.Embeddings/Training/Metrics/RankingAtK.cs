using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How well items were ranked, as far as the first k places show it: means over the events, NaN where there was none.</summary>
public readonly record struct RankingAtK
{
    /// <summary>How many places count.</summary>
    public required int K { get; init; }

    /// <summary>The share of events whose item stood among the first k: Recall@k, with one item an event also called hit rate.</summary>
    public required double Recall { get; init; }

    /// <summary>
    /// Normalized discounted cumulative gain (Jarvelin and Kekalainen 2002) with one relevant item: 1 / log2(1 + rank) where the rank is at
    /// most k, else 0. The ideal is 1.
    /// </summary>
    public required double Ndcg { get; init; }

    /// <summary>The mean reciprocal rank (Voorhees 1999): 1 / rank where the rank is at most k, else 0.</summary>
    public required double Mrr { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RankingAtK), PrintMembers);
}
