using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>A chain of tiny tables with an incremental section, <c>log</c>.</summary>
internal sealed class SegmentedChain : IDisposable
{
    private readonly EmbeddingTableSet _tables;

    private SegmentedChain(MemorySnapshotStore store, EmbeddingTableSet tables, SnapshotChain chain) =>
        (Store, _tables, Chain) = (store, tables, chain);

    public MemorySnapshotStore Store { get; }

    public SnapshotChain Chain { get; }

    public static async Task<SegmentedChain> OpenAsync(MemorySnapshotStore store)
    {
        var tables = TinyChain.CreateTables();
        return new SegmentedChain(store, tables, await SnapshotChain.OpenAsync(store, tables));
    }

    /// <summary>Writes a segment that holds its name.</summary>
    public Task<SnapshotSegment> WriteAsync(string name) =>
        Chain.WriteSegmentAsync(
            "log", name, async (stream, cancellation) => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(name), cancellation));

    public async Task<SnapshotCommit> CommitAsync(SnapshotSegment[] appended, SnapshotSegment[] dropped, bool full = false)
    {
        await using var pending = await Chain.CutAsync(
            new SnapshotCommitContents { AppendedSegments = appended, DroppedSegments = dropped, IsFull = full });
        return await pending.WriteAsync();
    }

    public async Task<SnapshotManifest> ManifestAsync() => (await new SnapshotPublisher(Store).ReadAsync(default))!;

    public async Task<bool> HasFileAsync(SnapshotSegment segment) => (await Store.ListAsync()).Any(file => file.Name == segment.File.Name);

    public void Dispose()
    {
        Chain.Dispose();
        _tables.Dispose();
    }
}
