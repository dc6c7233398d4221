using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A decision of a joiner that its logs alone do not tell. It is part of the commits, so that a restart goes on from it. Immutable.
/// </summary>
public sealed record JoinerDecision
{
    /// <summary>What was decided.</summary>
    public required JoinerDecisionKind Kind { get; init; }

    /// <summary>The log.</summary>
    public required string Log { get; init; }

    /// <summary>Behind how many of the log's records it holds.</summary>
    public required long AfterRecord { get; init; }

    /// <summary>When it was made, by the clock.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>
    /// When it was last raised, by the clock: the log stayed silent while others went on. Else <see cref="MadeAt"/>.
    /// </summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>The greatest event time of the log before it; null where it had none.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>The greatest event time that the log is taken to have reached.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The event time up to which everything was processed when it was made; null where nothing was.</summary>
    public required DateTimeOffset? Frontier { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(JoinerDecision), PrintMembers);
}
