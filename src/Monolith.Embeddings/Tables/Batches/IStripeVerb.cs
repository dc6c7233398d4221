using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>What a batched verb does with one id, while the id's stripe is locked.</summary>
internal interface IStripeVerb
{
    /// <param name="stripe">The id's stripe, locked.</param>
    /// <param name="rows">Its rows; to be read again by a verb that changes their number.</param>
    /// <param name="position">The id's place in the batch.</param>
    /// <param name="hash">The mixed id.</param>
    /// <param name="guess">The likely handle of its row. A verb may write where it is, for a later verb over the same groups.</param>
    void Process(Stripe stripe, ref RowView rows, int position, ulong hash, ref int guess);

    /// <summary>Called after some ids of a stripe, at most <see cref="IdBlock.MaxCount"/>, while it is still locked.</summary>
    /// <param name="stripe">The stripe.</param>
    void EndBlock(Stripe stripe);

    /// <summary>Called once all ids of a stripe are done, while it is still locked.</summary>
    /// <param name="stripe">The stripe.</param>
    /// <param name="ids">How many ids it had.</param>
    void Leave(Stripe stripe, int ids);
}
