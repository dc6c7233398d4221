using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables.Serving;

/// <summary>What a batch of a <see cref="WeightTable"/> does with a few ids of one stripe.</summary>
internal interface IWeightVerb
{
    /// <summary>
    /// Whether a stripe that another thread holds may be done later than the others. Not where an id may be repeated and its last place
    /// wins.
    /// </summary>
    static abstract bool MayBePutOff { get; }

    /// <summary>What needs no lock.</summary>
    void Prepare(StripeGroups groups, in IdBlock block);

    /// <param name="rows">The rows of the stripe, which is locked.</param>
    /// <param name="groups">The batch.</param>
    /// <param name="block">The ids.</param>
    void Process(CuckooRows rows, StripeGroups groups, in IdBlock block);
}
