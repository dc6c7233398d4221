using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A file of a store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct StoredFile(string Name, long Length)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(StoredFile), PrintMembers);
}
