using System.Buffers.Binary;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Tables.Serving;

namespace Monolith.Embeddings.Serving.Loading;

/// <summary>A file of a commit, as a replica reads it: checked whole before anything of it is used. Owns the file.</summary>
internal sealed class ReplicaFile : IDisposable
{
    private readonly SnapshotContents _contents;

    private ReplicaFile(SnapshotContents contents) => _contents = contents;

    public string Name => _contents.Name;

    /// <summary>What tells its schema from others, see <see cref="TableSchema"/>.</summary>
    public ulong Fingerprint { get; private init; }

    /// <summary>The dense weights; null where the commit has none.</summary>
    public DenseWeights? Dense { get; private init; }

    /// <summary>How many rows it holds of each table.</summary>
    public IReadOnlyList<long> Rows => [.. _contents.Tables.Select(table => table.Rows)];

    /// <summary>The newest event time that its tables know, in seconds since the Unix epoch; 0 where none is known.</summary>
    public uint NewestEventTime => _contents.Tables.Select(table => table.Description.NewestEventTime).DefaultIfEmpty(0u).Max();

    /// <summary>Opens the file of a commit and checks every byte of it.</summary>
    /// <param name="file">The file; disposed where it is refused.</param>
    /// <param name="chain">The chain of the commit.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="which">Which of the commit's files.</param>
    /// <param name="threads">How many threads check it.</param>
    /// <param name="cancellationToken">Asked before each block.</param>
    /// <exception cref="SnapshotException">It is not whole, or not the file of this commit.</exception>
    public static ReplicaFile Open(
        SnapshotFile file, Guid chain, SnapshotCommit commit, CommitFile which, int threads, CancellationToken cancellationToken)
    {
        var contents = SnapshotContents.Open(file, which.Entry);
        try
        {
            contents.RequireOf(chain, commit, which);
            contents.Reader.Verify(threads, cancellationToken);
            return new ReplicaFile(contents)
            {
                Fingerprint = FingerprintOf(contents),
                Dense = contents.NamedSections.Contains(SnapshotChain.ModelSection)
                    ? new DenseWeights(file.Name, contents.ReadSection(SnapshotChain.ModelSection))
                    : null,
            };
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }

    /// <summary>Requires that the file is of a schema.</summary>
    /// <exception cref="SnapshotException">It is of another one.</exception>
    public void RequireSchema(FeatureSchema schema)
    {
        if (Fingerprint != schema.Fingerprint)
        {
            var differences = SchemaDifferences.Of(_contents.Schema, schema.Describe(), part => part.IsOfFingerprint);
            throw Mismatch($"schema {schema.Fingerprint:x16}", $"schema {Fingerprint:x16}: the model has changed. "
                + (differences is null ? "" : $"In the chain and in the replica's model: {differences}. ")
                + "A replica that was opened with a factory of models swaps it in.");
        }
        var (expected, found) = (Shape(schema), string.Join("; ", _contents.Tables.Select(table => Shape(table.Description))));
        if (expected != found) throw Mismatch($"tables {expected}", found);
    }

    /// <summary>Moves removals and then rows into tables of its schema; repeating it changes nothing more.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="batch">The caller's buffers.</param>
    /// <param name="threads">How many threads work; those beside the caller's have buffers of their own.</param>
    /// <param name="cancellationToken">Asked before each block; where it stops, rows are of both versions, each whole.</param>
    /// <returns>How many rows were not set, because the replica's precision cannot hold them.</returns>
    public long Apply(WeightTable[] tables, RowBatch batch, int threads, CancellationToken cancellationToken)
    {
        var refused = 0L;
        for (var i = 0; i < tables.Length; i++)
        {
            var (contents, table) = (_contents.Tables[i], tables[i]);
            ForEach(contents.RemovedBlocks, (own, block) => own.Remove(block.Payload.Span, table));
            ForEach(contents.RowBlocks, (own, block) => Interlocked.Add(ref refused, own.Set(block.Payload.Span, contents.Records, table)));
            if (contents.Removed > 0) table.TrimExcess();
        }
        return refused;

        void ForEach(IReadOnlyList<int> blocks, Action<RowBatch, BlockContents> action) =>
            new BlockPass(threads, cancellationToken).ForEach(_contents.Reader, blocks, () => threads > 1 ? new RowBatch() : batch, action);
    }

    public void Dispose() => _contents.Dispose();

    private static ulong FingerprintOf(SnapshotContents contents) => contents.Header.SchemaFingerprint.Length == sizeof(ulong)
        ? BinaryPrimitives.ReadUInt64BigEndian(contents.Header.SchemaFingerprint.Span)
        : throw new SnapshotException(
            SnapshotFault.Mismatch, contents.Name, "a schema's fingerprint of 8 bytes", $"{contents.Header.SchemaFingerprint.Length}.");

    private static string Shape(FeatureSchema schema) =>
        string.Join("; ", schema.Tables.Select(table => Shape(table.Name, table.Segments.Select(s => (s.Name, s.Dimension)))));

    private static string Shape(TableDescription table) => Shape(table.Name, table.Segments.Select(s => (s.Name, s.Shape.Dimension)));

    private static string Shape(string table, IEnumerable<(string Name, int Dimension)> segments) =>
        $"'{table}' {string.Join(", ", segments.Select(s => $"{s.Name} {s.Dimension}"))}";

    private SnapshotException Mismatch(string expected, string found) => new(SnapshotFault.Mismatch, Name, expected, found);
}
