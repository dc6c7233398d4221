using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>A file by what it holds: tables, and the sections that others named. Thread-safe. Owns the file.</summary>
internal sealed class SnapshotContents : IDisposable
{
    private readonly string _file;
    private readonly ILookup<string, int> _blocks;

    private delegate IReadOnlyList<T> PartsReader<T>(ReadOnlySpan<byte> bytes);

    private SnapshotContents(string file, SnapshotReader reader)
    {
        (_file, Reader) = (file, reader);
        _blocks = Enumerable.Range(0, reader.Blocks.Count).ToLookup(i => reader.Sections[(int)reader.Blocks[i].Section].Name);
        var descriptions = ReadParts(TableSections.Tables, TableDescriptionFormat.Read);
        Tables = [.. descriptions.Select(ContentsOf)];
        var hasSchema = reader.Sections.Any(s => s.Name == TableSections.Schema);
        if (hasSchema) Schema = ReadParts(TableSections.Schema, SchemaDescriptionFormat.Read);
        HashSet<string> known = [TableSections.Tables, TableSections.Schema, .. Enumerable.Range(0, Tables.Count).SelectMany(SectionsOf)];
        var others = reader.Sections.Select(s => s.Name).Where(name => !known.Contains(name) && !TableSections.IsUsersOwn(name));
        if (others.FirstOrDefault() is { } unknown)
            throw Damaged($"the sections of {Tables.Count} tables", $"section '{unknown}'.");
    }

    /// <summary>The file's name.</summary>
    public string Name => _file;

    public SnapshotReader Reader { get; }

    public SnapshotHeader Header => Reader.Header;

    /// <summary>The part of its commit that it is of; null for the trainer's own file, or where that is not known.</summary>
    public string? Part { get; private init; }

    /// <summary>Whether the file is for replicas: weights alone.</summary>
    public bool IsServing => Header.Kind is SnapshotFileKind.ServingFull or SnapshotFileKind.ServingDelta;

    /// <summary>Its tables, in the order of their schema.</summary>
    public IReadOnlyList<TableContents> Tables { get; }

    /// <summary>What the schema was made of, for messages; null where the file does not say.</summary>
    public IReadOnlyList<SchemaPart>? Schema { get; }

    /// <summary>The sections that others named, such as the dense model.</summary>
    public IEnumerable<string> NamedSections => Reader.Sections.Select(s => s.Name).Where(TableSections.IsUsersOwn);

    /// <summary>
    /// Opens a file; disposes it where it is refused. Blocks are checked as they are read, or all by <see cref="SnapshotReader.Verify"/>.
    /// </summary>
    /// <param name="file">The file; owned from here on.</param>
    /// <param name="expected">What the manifest says of it; null to take any.</param>
    /// <param name="part">The part of its commit that it is of; null for the trainer's own.</param>
    /// <exception cref="SnapshotException">It is not whole, not a snapshot of tables, or not the file that the manifest names.</exception>
    public static SnapshotContents Open(SnapshotFile file, SnapshotFileEntry? expected = null, string? part = null)
    {
        var reader = SnapshotReader.Open(file, expected);
        try
        {
            return new SnapshotContents(file.Name, reader) { Part = part };
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Opens the trainer's own file of a commit.</summary>
    /// <param name="store">The store.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="isServing">Whether to open the file for replicas; else that for training.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="SnapshotException">It is missing, not whole, or not the commit's.</exception>
    public static Task<SnapshotContents> OpenAsync(
        SnapshotStore store, Guid chain, SnapshotCommit commit, bool isServing, CancellationToken cancellationToken) =>
        OpenAsync(store, chain, commit, commit.FilesOf(isServing).Last(), cancellationToken);

    /// <summary>Opens a file of a commit.</summary>
    /// <param name="store">The store.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="SnapshotException">It is missing, not whole, or not the commit's.</exception>
    public static async Task<SnapshotContents> OpenAsync(
        SnapshotStore store, Guid chain, SnapshotCommit commit, CommitFile file, CancellationToken cancellationToken)
    {
        var contents = Open(await store.OpenAsync(file.Entry.Name, cancellationToken).ConfigureAwait(false), file.Entry, file.Part);
        try
        {
            contents.RequireOf(chain, commit, file);
            return contents;
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }

    /// <summary>Requires that the file is one of a commit.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">Which of its files.</param>
    /// <exception cref="SnapshotException">It says something else of itself than the manifest does.</exception>
    public void RequireOf(Guid chain, SnapshotCommit commit, CommitFile file)
    {
        var isFull = Header.Kind is SnapshotFileKind.Full or SnapshotFileKind.ServingFull;
        Require("a file for training", !file.IsServing, !IsServing);
        Require("chain", chain, Header.Chain);
        Require("incarnation", commit.Incarnation, Header.Incarnation);
        Require("kind", commit.Kind, isFull ? SnapshotKind.Full : SnapshotKind.Delta);
        Require("cuts", (commit.From, commit.To), (Header.From, Header.To));
        if (file.Rows is { } rows) Require("rows", rows, Tables.Sum(t => t.Rows));
        if (file.Tombstones is { } removals) Require("removals", removals, Tables.Sum(t => t.Removed));
        if (file.IsServing) RequireServed(commit.ServedTables);
        // A fold copies the named sections of the trainer's own file.
        if (file.Part is { } part && NamedSections.FirstOrDefault() is { } section)
            throw new SnapshotException(SnapshotFault.Mismatch, _file, $"tables alone in part '{part}'", $"section '{section}' too.");
    }

    /// <summary>Reads a named section whole.</summary>
    /// <exception cref="SnapshotException">The file has no such section, or its bytes were changed.</exception>
    public byte[] ReadSection(string name)
    {
        using var stream = Reader.OpenByteSection(name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Checks the named sections without taking them.</summary>
    /// <exception cref="SnapshotException">The bytes of one were changed.</exception>
    public void VerifyNamedSections()
    {
        foreach (var section in NamedSections)
        {
            using var stream = Reader.OpenByteSection(section);
            stream.CopyTo(Stream.Null);
        }
    }

    public void Dispose() => Reader.Dispose();

    private static IEnumerable<string> SectionsOf(int table) =>
        [TableSections.Rows(table), TableSections.Removed(table), TableSections.Admission(table)];

    private IReadOnlyList<T> ReadParts<T>(string section, PartsReader<T> read)
    {
        try
        {
            return read(ReadSection(section));
        }
        catch (FormatException exception)
        {
            throw Damaged("a description of tables", $"something else: {exception.Message}", exception);
        }
    }

    private TableContents ContentsOf(TableDescription description, int table)
    {
        var records = new RecordLayout(description.Layout, IsServing);
        var rows = BlocksOf(TableSections.Rows(table), records.RecordBytes);
        var removed = BlocksOf(TableSections.Removed(table), sizeof(long));
        return new TableContents
        {
            Description = description,
            Records = records,
            RowBlocks = rows,
            RemovedBlocks = removed,
            AdmissionBlocks = BlocksOf(TableSections.Admission(table), 0),
            Rows = rows.Sum(block => (long)Reader.Blocks[block].Items),
            Removed = removed.Sum(block => (long)Reader.Blocks[block].Items),
        };
    }

    private int[] BlocksOf(string section, int itemBytes)
    {
        int[] blocks = [.. _blocks[section]];
        foreach (var block in blocks.Where(_ => itemBytes > 0))
        {
            var (items, bytes) = (Reader.Blocks[block].Items, Reader.Blocks[block].PayloadBytes);
            if (items * (long)itemBytes != bytes)
                throw Damaged($"items of {itemBytes} bytes in section '{section}'", $"{items} in {bytes} bytes.");
        }
        return blocks;
    }

    private void RequireServed(IReadOnlyList<ServedTable> served)
    {
        foreach (var table in served)
        {
            var contents = Tables.FirstOrDefault(t => t.Description.Name == table.Name) ?? throw new SnapshotException(
                SnapshotFault.Mismatch, _file, $"table '{table.Name}', which the commit names", "none of that name.");
            // Removals of ids that are forgotten pass.
            if (table.IsLeftOut) Require($"rows of '{table.Name}', which is left out,", 0, contents.Rows);
        }
    }

    private void Require<T>(string what, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
            throw new SnapshotException(SnapshotFault.Mismatch, _file, $"{what} {expected}", $"{found}.");
    }

    private SnapshotException Damaged(string expected, string found, Exception? cause = null) =>
        new(SnapshotFault.Damaged, _file, expected, found, cause);
}
