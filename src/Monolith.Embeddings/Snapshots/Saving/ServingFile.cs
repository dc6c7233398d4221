using System.Buffers;
using System.Buffers.Binary;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Folding;
using Monolith.Embeddings.Snapshots.Progress;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// Makes a file for replicas of a file for training: the same commit, without optimizer state, block by block. Of tables that replicas get
/// less often it has nothing, or all that changed since they got them.
/// </summary>
internal static class ServingFile
{
    // A block that is read whole need not be as long as one may be.
    private const int RemovalsShare = 16;

    /// <summary>Makes one in a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="training">The file for training, committed.</param>
    /// <param name="name">The new file's name.</param>
    /// <param name="sections">Which of the named sections it gets, where they are there.</param>
    /// <param name="owed">What it gets of tables that replicas get less often.</param>
    /// <param name="progress">Is told; null for none.</param>
    /// <param name="cancellationToken">Asked before each block.</param>
    /// <exception cref="SnapshotException">The file for training was changed, or the medium failed.</exception>
    public static async Task<SnapshotFileEntry> MakeAsync(
        SnapshotStore store, SnapshotFileEntry training, string name, IEnumerable<string> sections, OwedTables owed,
        IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        using var source = SnapshotContents.Open(await store.OpenAsync(training.Name, cancellationToken).ConfigureAwait(false), training);
        var destination = await store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await using var _ = destination.ConfigureAwait(false);
        var reporter = new SnapshotProgressReporter(progress, SnapshotPhase.Publishing, name);
        var entry = await Task.Run(() => Write(source, destination, name, sections, owed, reporter, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        return entry;
    }

    /// <summary>Writes one to a stream.</summary>
    /// <param name="training">The file for training.</param>
    /// <param name="destination">Receives the file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="sections">Which of the named sections it gets, where they are there.</param>
    /// <param name="owed">What it gets of tables that replicas get less often.</param>
    /// <param name="progress">Is told.</param>
    /// <param name="cancellationToken">Asked before each block.</param>
    /// <exception cref="SnapshotException">The file for training was changed, or the medium failed.</exception>
    public static SnapshotFileEntry Write(
        SnapshotContents training, Stream destination, string name, IEnumerable<string> sections, OwedTables owed,
        SnapshotProgressReporter progress, CancellationToken cancellationToken)
    {
        var kind = training.Header.Kind == SnapshotFileKind.Full ? SnapshotFileKind.ServingFull : SnapshotFileKind.ServingDelta;
        var writer = new SnapshotWriter(destination, training.Header with { Kind = kind });
        var (done, total) = (0L, training.Tables.Sum(t => t.Rows));
        for (var i = 0; i < training.Tables.Count; i++)
        {
            WriteTable(training, i, writer, owed, cancellationToken);
            done += training.Tables[i].Rows;
            progress.Report(done, total);
        }
        writer.AddBytes(TableSections.Tables, TableDescriptionFormat.Write([.. training.Tables.Select(t => t.Description)]));
        if (training.Schema is { } schema) writer.AddBytes(TableSections.Schema, SchemaDescriptionFormat.Write(schema));
        foreach (var section in training.NamedSections.Intersect(sections).ToList())
            writer.AddBytes(section, training.ReadSection(section));
        return writer.Complete(name);
    }

    private static void WriteTable(
        SnapshotContents training, int table, SnapshotWriter writer, OwedTables owed, CancellationToken cancellationToken)
    {
        var served = owed.Of(training.Tables[table].Description.Name);
        if (served is { IsLeftOut: true })
        {
            WriteRemovals(owed.Removals.GetValueOrDefault(served.Name) ?? [], table, writer);
            writer.AddSection(TableSections.Rows(table));
        }
        else if (served is not null && owed.FilesAfter(served.From) is { Count: > 0 } before)
            Fold([.. before, training], table, writer, cancellationToken);
        else
        {
            CopyRemovals(training, table, writer, cancellationToken);
            CopyRows(training, table, writer, cancellationToken);
        }
    }

    // Sorted, so that the file does not depend on how they were gathered.
    private static void WriteRemovals(IReadOnlyCollection<long> ids, int table, SnapshotWriter writer)
    {
        var section = writer.AddSection(TableSections.Removed(table));
        foreach (var some in ids.Distinct().Order().Chunk(SnapshotFormat.MaxPayloadBytes / sizeof(long) / RemovalsShare))
        {
            var payload = new byte[some.Length * sizeof(long)];
            for (var i = 0; i < some.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(i * sizeof(long)), some[i]);
            writer.WriteBlock(section, KeyRange.All.First, KeyRange.All.Last, (uint)some.Length, payload);
        }
    }

    private static void Fold(
        IReadOnlyList<SnapshotContents> deltas, int table, SnapshotWriter writer, CancellationToken cancellationToken)
    {
        var newest = FileOfChain.Of(deltas[^1]);
        foreach (var file in deltas) newest.Require(file);
        var contents = deltas[^1].Tables[table];
        var output = new FoldedTable(
            writer, table, contents.Records, new RecordLayout(contents.Description.Layout, isServing: true));
        new TableFolding(deltas, table, FoldingIndex.DefaultBytes, output, static _ => { }, cancellationToken).Run();
    }

    private static void CopyRemovals(SnapshotContents training, int table, SnapshotWriter writer, CancellationToken cancellationToken)
    {
        var section = writer.AddSection(TableSections.Removed(table));
        foreach (var (_, entry, payload) in training.Reader.Read(training.Tables[table].RemovedBlocks, cancellationToken))
            writer.WriteBlock(section, entry.First, entry.Last, entry.Items, payload.Span);
    }

    private static void CopyRows(SnapshotContents training, int table, SnapshotWriter writer, CancellationToken cancellationToken)
    {
        var contents = training.Tables[table];
        var (source, layout) = (contents.Records, new RecordLayout(contents.Description.Layout, isServing: true));
        var section = writer.AddSection(TableSections.Rows(table));
        var buffer = ArrayPool<byte>.Shared.Rent(SnapshotFormat.MaxPayloadBytes);
        foreach (var (_, entry, payload) in training.Reader.Read(contents.RowBlocks, cancellationToken))
        {
            var target = buffer.AsSpan(0, (int)entry.Items * layout.RecordBytes);
            for (var row = 0; row < entry.Items; row++)
            {
                var record = payload.Span.Slice(row * source.RecordBytes, source.RecordBytes);
                layout.Write(source, record, target.Slice(row * layout.RecordBytes, layout.RecordBytes));
            }
            writer.WriteBlock(section, entry.First, entry.Last, entry.Items, target);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
