using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Looks for the rows that go first, from the last row of a stripe down; stops where the collection is full.</summary>
/// <param name="rules">Say what is known about a row.</param>
/// <param name="policy">Scores rows.</param>
/// <param name="worst">Collects them.</param>
internal readonly struct CollectSlice(TableRules rules, EvictionPolicy policy, WorstRows worst) : IStripeSlice
{
    public void Visit(Stripe stripe, int most, ref int cursor)
    {
        var rows = stripe.Rows.Store;
        cursor = Math.Min(cursor, rows.Count);
        for (var stop = Math.Max(0, cursor - most); cursor > stop && !worst.IsFull; cursor--)
        {
            rows.PrefetchHeader(cursor - 1 - StripeRows.ScanWindow);
            var row = rows[cursor - 1];
            if (!stripe.Pass.IsDead(row)) worst.Add(rules.RankOf(policy, row));
        }
    }

    public void Rest()
    {
        if (worst.IsFull) worst.Select();
    }
}
