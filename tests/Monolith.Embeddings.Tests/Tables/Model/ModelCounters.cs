using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>What a table's statistics must count.</summary>
internal sealed record ModelCounters
{
    public long Created { get; set; }

    public long Removed { get; set; }

    public long Expired { get; set; }

    public long Cleared { get; set; }

    public long DroppedGradients { get; set; }

    public long NonFiniteGradients { get; set; }

    public long LookedUp { get; set; }

    public long Found { get; set; }

    public static ModelCounters Of(EmbeddingTableStatistics statistics) => new()
    {
        Created = statistics.Created,
        Removed = statistics.Removed,
        Expired = statistics.Expired,
        Cleared = statistics.Cleared,
        DroppedGradients = statistics.DroppedGradients,
        NonFiniteGradients = statistics.NonFiniteGradients,
        LookedUp = statistics.Lookups,
        Found = statistics.Found,
    };
}
