using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Folding;
using Monolith.Embeddings.Snapshots.Progress;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>Writes a full of what a chain holds, reading the chain block by block. Used once.</summary>
/// <param name="chain">A full and the deltas after it, in order.</param>
/// <param name="indexBytes">How much memory may say what deltas replace.</param>
/// <param name="progress">Is told.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class ChainFolding(
    IReadOnlyList<SnapshotContents> chain, long indexBytes, SnapshotProgressReporter progress, CancellationToken cancellationToken)
{
    private readonly SnapshotContents _newest = chain[^1];
    private readonly long _total = chain.Sum(file => file.Tables.Sum(t => t.Rows));
    private long _read;

    /// <summary>How many rows the full has.</summary>
    public long Rows { get; private set; }

    /// <param name="destination">Receives the file.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="SnapshotException">A file of the chain was changed, or they do not fit together, or the medium failed.</exception>
    public SnapshotFileEntry Write(Stream destination, string name)
    {
        var newest = FileOfChain.Of(_newest);
        foreach (var file in chain) newest.Require(file);
        var writer = new SnapshotWriter(destination, _newest.Header with { Kind = SnapshotFileKind.Full, From = 0 });
        for (var table = 0; table < _newest.Tables.Count; table++) Fold(writer, table);
        Copy(writer, TableSections.Tables);
        if (chain.LastOrDefault(file => file.Schema is not null)?.Schema is { } schema)
            writer.AddBytes(TableSections.Schema, SchemaDescriptionFormat.Write(schema));
        foreach (var section in _newest.NamedSections.ToList()) Copy(writer, section);
        return writer.Complete(name);
    }

    private void Fold(SnapshotWriter writer, int table)
    {
        var records = _newest.Tables[table].Records;
        var output = new FoldedTable(writer, table, records, records);
        var admission = writer.AddSection(TableSections.Admission(table));
        new TableFolding(chain, table, indexBytes, output, Report, cancellationToken).Run();
        Rows += output.Rows;
        new AdmissionSection(writer, admission).Write(new AdmissionHistory(chain, table).Records(), cancellationToken);
    }

    private void Report(long rows)
    {
        _read += rows;
        progress.Report(_read, _total);
    }

    private void Copy(SnapshotWriter writer, string section)
    {
        using var source = _newest.Reader.OpenByteSection(section);
        using var destination = writer.AddByteSection(section);
        source.CopyTo(destination);
    }
}
