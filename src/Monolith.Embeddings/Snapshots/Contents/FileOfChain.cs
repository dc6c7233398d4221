namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>What the next file of a chain must agree with. Immutable.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Tables">How it describes its tables.</param>
/// <param name="Fingerprint">Its schema's fingerprint.</param>
internal sealed record FileOfChain(string Name, IReadOnlyList<TableDescription> Tables, ReadOnlyMemory<byte> Fingerprint)
{
    public static FileOfChain Of(SnapshotContents file) =>
        new(file.Name, [.. file.Tables.Select(table => table.Description)], file.Header.SchemaFingerprint);

    /// <exception cref="SnapshotException">Another file is of other tables or of another schema.</exception>
    public void Require(SnapshotContents file)
    {
        TableDescriptionFit.Require(file, Tables);
        var expected = Fingerprint.Span;
        var found = file.Header.SchemaFingerprint.Span;
        if (found.SequenceEqual(expected)) return;
        throw new SnapshotException(SnapshotFault.Mismatch, file.Name,
            $"schema {Convert.ToHexString(expected)}, as '{Name}' has", $"{Convert.ToHexString(found)}.");
    }
}
