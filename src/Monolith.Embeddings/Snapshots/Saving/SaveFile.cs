using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>The file for training of a commit while it is written. Used by one thread at a time.</summary>
/// <param name="stream">Receives the file; nothing else is written to it.</param>
/// <param name="tables">What it holds.</param>
/// <param name="chain">The chain that it is of.</param>
/// <param name="incarnation">Which of the chain's trainers cuts.</param>
internal sealed class SaveFile(Stream stream, EmbeddingTableSet tables, Guid chain, ulong incarnation)
{
    private readonly List<int[]> _sections = [];
    private SnapshotWriter? _writer;

    /// <summary>The file's name; empty where the stream has none.</summary>
    public string Name => stream is SnapshotFileStream file ? file.Name : "";

    /// <summary>How many rows were written.</summary>
    public long Rows { get; private set; }

    /// <summary>How many removals were written.</summary>
    public long Removals { get; private set; }

    /// <summary>Begins the file.</summary>
    /// <param name="cut">What it is of.</param>
    public void Begin(TableCut cut)
    {
        _writer = new SnapshotWriter(stream, HeaderOf(cut));
        for (var i = 0; i < tables.Tables.Count; i++)
        {
            var (rows, removed) = (_writer.AddSection(TableSections.Rows(i)), _writer.AddSection(TableSections.Removed(i)));
            _sections.Add([rows, removed, _writer.AddSection(TableSections.Admission(i))]);
        }
    }

    public void Write(CutBlock block)
    {
        var (table, kind, range) = block.Place;
        _writer!.WriteBlock(_sections[table][(int)kind], range.First, range.Last, block.Items, block.Payload);
        if (kind == BlockKind.Rows) Rows += block.Items;
        else if (kind == BlockKind.Removed) Removals += block.Items;
    }

    /// <summary>Adds a section of bytes.</summary>
    public void AddBytes(string section, ReadOnlySpan<byte> bytes) => _writer!.AddBytes(section, bytes);

    /// <summary>Ends the file.</summary>
    /// <returns>The file as a manifest names it.</returns>
    public SnapshotFileEntry Complete() => _writer!.Complete(Name);

    private SnapshotHeader HeaderOf(TableCut cut) => new()
    {
        Kind = cut.From == 0 ? SnapshotFileKind.Full : SnapshotFileKind.Delta,
        Chain = chain,
        Incarnation = incarnation,
        From = cut.From,
        To = cut.To,
        SchemaFingerprint = FileFingerprint.Of(tables),
    };
}
