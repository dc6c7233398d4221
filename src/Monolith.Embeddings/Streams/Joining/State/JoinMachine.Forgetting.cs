namespace Monolith.Embeddings.Streams.Joining.State;

internal sealed partial class JoinMachine
{
    /// <summary>Passes over an impression that has a forgotten id, as if it had not come.</summary>
    public void PassOverForgotten() => _counts.Forgotten++;

    /// <summary>How many of the emissions of this millisecond that were taken are of some impressions.</summary>
    /// <param name="impressions">Their places in the journal.</param>
    public int TakenOf(HashSet<long> impressions)
    {
        var count = 0;
        for (var i = 0; i < Emitted; i++)
        {
            if (impressions.Contains(_emissions[i].Impression)) count++;
        }
        return count;
    }
}
