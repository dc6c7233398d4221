namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>A run of removals in a <see cref="RemovalLog"/>, by how many came before each since the log began.</summary>
/// <param name="Next">The first.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct RemovalRange(long Next, long End)
{
    public bool IsEmpty => Next >= End;
}
