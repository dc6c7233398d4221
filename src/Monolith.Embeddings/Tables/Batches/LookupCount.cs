using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Counts the rows that a lookup finds, and tells each stripe of its part. One call's.</summary>
internal struct LookupCount
{
    private int _before;

    /// <summary>How many ids had a row.</summary>
    public int Found;

    /// <summary>To be called once all ids of a stripe are done.</summary>
    public void Leave(Stripe stripe, int ids)
    {
        ref var counters = ref stripe.History.Counters;
        counters.LookedUp += ids;
        counters.Found += Found - _before;
        _before = Found;
    }
}
