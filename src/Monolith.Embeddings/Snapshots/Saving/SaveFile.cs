using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>The file for training of a commit while it is written. Used by one thread at a time.</summary>
/// <param name="stream">Receives the file; nothing else is written to it.</param>
/// <param name="header">What the file says of itself, but for the numbers of the cut, which are not known yet.</param>
internal sealed class SaveFile(Stream stream, SnapshotHeader header)
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
    /// <param name="tables">How many tables it has.</param>
    public void Begin(TableCut cut, int tables)
    {
        var kind = cut.From == 0 ? SnapshotFileKind.Full : SnapshotFileKind.Delta;
        _writer = new SnapshotWriter(stream, header with { Kind = kind, From = cut.From, To = cut.To });
        for (var i = 0; i < tables; i++)
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
}
