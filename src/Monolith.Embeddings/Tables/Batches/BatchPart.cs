namespace Monolith.Embeddings.Tables.Batches;

/// <summary>A part of a batch that one thread does, and what it has in common with the other parts.</summary>
/// <param name="Groups">The groups of all parts.</param>
/// <param name="First">The first block of the part.</param>
/// <param name="End">The block behind its last one.</param>
/// <param name="EventTime">When rows are written, in seconds since the Unix epoch.</param>
/// <param name="Step">The trainer's global step.</param>
internal readonly record struct BatchPart(StripeGroups Groups, int First, int End, uint EventTime, long Step)
{
    /// <summary>How many ids it has.</summary>
    public int Ids => Groups.Block(End - 1).Start + Groups.Block(End - 1).Count - Groups.Block(First).Start;
}
