using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A file of a store.</summary>
public readonly record struct StoredFile
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long Length { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(StoredFile), PrintMembers);
}
