using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Serving;

internal static class RowEnumeratorExtensions
{
    /// <summary>The ids of all rows.</summary>
    public static List<long> Ids(this RowEnumerator rows)
    {
        var ids = new List<long>();
        foreach (var chunk in rows) ids.AddRange(chunk.Ids);
        return ids;
    }
}
