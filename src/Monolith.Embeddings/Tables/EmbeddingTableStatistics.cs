namespace Monolith.Embeddings.Tables;

/// <summary>What a table holds and what happened to it since it was made.</summary>
/// <param name="Rows">Rows now.</param>
/// <param name="PendingIds">Ids without a row that the admission filter counts now.</param>
/// <param name="FilterBytes">Memory of the admission filter, in bytes.</param>
/// <param name="Created">Rows created.</param>
/// <param name="Refused">How often an id was refused because the table was full: no room for its row, or for counting it.</param>
/// <param name="Expired">Rows removed by the expiry policy.</param>
/// <param name="Evicted">Rows that made room for others at the limit, see <see cref="EmbeddingTableOptions.AtLimit"/>.</param>
/// <param name="Removed">Rows removed by the caller.</param>
/// <param name="DroppedGradients">Gradients dropped because their id had no row.</param>
/// <param name="NonFiniteGradients">Gradients skipped because they held NaN or an infinity.</param>
/// <param name="LookedUp">Ids that lookups asked for.</param>
/// <param name="Found">Ids that lookups found.</param>
/// <param name="IndexGrowths">How often a stripe's index grew.</param>
/// <param name="OverflowIds">Ids now that found no place in the index proper: near 0 unless somebody chooses ids to collide.</param>
public sealed record EmbeddingTableStatistics(
    long Rows, long PendingIds, long FilterBytes, long Created, long Refused, long Expired, long Evicted, long Removed, long DroppedGradients,
    long NonFiniteGradients, long LookedUp, long Found, long IndexGrowths, long OverflowIds);
