namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>What stands for labels that are no values.</summary>
internal static class JoinLabels
{
    /// <summary>What the encoder wrote, or else the default label.</summary>
    public const float Default = float.PositiveInfinity;

    /// <summary>Not observed by this example.</summary>
    public const float NotObserved = float.NaN;
}
