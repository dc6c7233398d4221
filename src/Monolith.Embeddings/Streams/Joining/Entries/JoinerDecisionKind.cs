namespace Monolith.Embeddings.Streams;

/// <summary>What was decided about a log of a joiner.</summary>
public enum JoinerDecisionKind
{
    /// <summary>The clock passed over a log that was silent: <see cref="OnlineJoinerOptions.SilentAfter"/>.</summary>
    SilencePassedOver,

    /// <summary>The log's greatest time was wrong, and was set back to where its records are.</summary>
    TimeSetBack,
}
