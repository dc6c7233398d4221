using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>What is counted of a join.</summary>
internal sealed record JoinOracleCounts
{
    public long Duplicates { get; set; }

    public long DuplicateActions { get; set; }

    public long Conflicts { get; set; }

    public long Unmatched { get; set; }

    public long AfterClose { get; set; }

    public long Late { get; set; }

    public long FarAhead { get; set; }

    public static JoinOracleCounts Of(in OnlineJoinerStatus status) => new()
    {
        Duplicates = status.Duplicates,
        DuplicateActions = status.DuplicateActions,
        Conflicts = status.Conflicts,
        Unmatched = status.Unmatched,
        AfterClose = status.AfterClose,
        Late = status.Late,
        FarAhead = status.FarAhead,
    };
}
