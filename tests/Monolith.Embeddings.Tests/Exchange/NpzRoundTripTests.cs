using System.IO.Compression;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.WarmStarting;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>What is exported comes back, from tables and from stores.</summary>
public class NpzRoundTripTests : LeakChecked
{
    [Test]
    public async Task A_table_comes_back([Values] bool compress, [Values] bool canSeek)
    {
        using EmbeddingTable table = ExchangeTable.Filled(), copy = ExchangeTable.Create();
        using var file = new MemoryStream();
        using Stream destination = canSeek ? file : new WriteOnly(file);
        Assert.That(await TableExport.WriteNpzAsync(table, destination, new NpzExportOptions { Compress = compress }), Is.EqualTo(5000));
        Assert.That(await TableImport.ReadNpzAsync(copy, file), Is.EqualTo(new ImportedRows { Read = 5000, Written = 5000 }));
        Assert.That(ExchangeTable.RowsOf(copy), Is.EqualTo(ExchangeTable.RowsOf(table)));
        Assert.That(copy.NewestEventTime, Is.EqualTo(table.NewestEventTime));
    }

    [Test]
    public async Task An_empty_table_comes_back()
    {
        using EmbeddingTable table = ExchangeTable.Create(), copy = ExchangeTable.Create();
        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(table, file);
        Assert.That(await TableImport.ReadNpzAsync(copy, file), Is.EqualTo(new ImportedRows { Read = 0, Written = 0 }));
    }

    [Test]
    public async Task Equal_tables_give_equal_files()
    {
        using EmbeddingTable table = ExchangeTable.Filled(200), other = ExchangeTable.Filled(200);
        using MemoryStream first = new(), second = new();
        await TableExport.WriteNpzAsync(table, first);
        await TableExport.WriteNpzAsync(other, second);
        Assert.That(first.ToArray(), Is.EqualTo(second.ToArray()));
    }

    [Test]
    public async Task Arrays_are_named_and_typed_as_documented()
    {
        using var table = ExchangeTable.Filled(100);
        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(table, file);
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        Assert.That(archive.Entries.Select(HeaderOf), Is.EqualTo(new[]
        {
            "ids.npy {'descr': '<i8', 'fortran_order': False, 'shape': (100,), }",
            "weights.npy {'descr': '<f4', 'fortran_order': False, 'shape': (100, 3), }",
            "last_updates.npy {'descr': '<u4', 'fortran_order': False, 'shape': (100,), }",
            "segments.npy {'descr': '<U6', 'fortran_order': False, 'shape': (2,), }",
            "dimensions.npy {'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
        }));
    }

    [Test]
    public async Task A_commit_comes_back_as_the_table_was_whatever_is_held_of_the_deltas([Values(1, 50, 1 << 20)] int changesAtOnce)
    {
        using var source = await WarmStartSource.MakeAsync();
        using var chain = await ChainFiles.OpenAsync(source.Store, isServing: false, CancellationToken.None);
        for (var i = 0; i < source.Tables.Tables.Count; i++)
        {
            var rows = new List<string>();
            new SnapshotRows(chain.Files, i, changesAtOnce).ForEach(chunk =>
            {
                for (var row = 0; row < chunk.Count; row++) rows.Add(ExchangeTable.Row(chunk, row, 4));
                return true;
            }, CancellationToken.None);
            Assert.That(rows.Order(StringComparer.Ordinal), Is.EqualTo(ExchangeTable.RowsOf(source.Tables.Tables[i])));
        }
    }

    [Test]
    public async Task A_store_is_exported_by_the_table_s_name()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var copy = TestTable.Create(WarmStartSource.Options("copy"));
        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(source.Store, "items", file);
        await TableImport.ReadNpzAsync(copy, file);
        Assert.That(ExchangeTable.RowsOf(copy), Is.EqualTo(ExchangeTable.RowsOf(source.Tables["items"])));
        var refused = Assert.ThrowsAsync<SnapshotException>(() => TableExport.WriteNpzAsync(source.Store, "item", file));
        Assert.That(refused!.Found, Does.Contain("'users', 'items'"));
    }

    [Test]
    public async Task An_export_leaves_no_temporary_file_also_where_it_fails()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        using var table = ExchangeTable.Filled(100);
        var options = new NpzExportOptions { TemporaryFolder = folder.Path };
        await TableExport.WriteNpzAsync(table, Stream.Null, options);
        Assert.That(() => TableExport.WriteNpzAsync(table, new MemoryStream([], writable: false), options), Throws.ArgumentException);
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
        Assert.That(
            OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(new NpzExportOptions { TemporaryFolder = folder.Path + "-not" })),
            Is.EqualTo(new[] { "TemporaryFolder" }));
    }

    [Test]
    public async Task A_full_table_says_how_many_rows_it_took()
    {
        using var table = ExchangeTable.Filled(200);
        using var small = TestTable.Create(TestTable.Options(dimension: 2, configure: o => o.MaxRows = 50));
        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(table, file);
        Assert.That(await TableImport.ReadNpzAsync(small, file), Is.EqualTo(new ImportedRows { Read = 200, Written = 50 }));
    }

    private static string HeaderOf(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), System.Text.Encoding.Latin1);
        Assert.That(entry.LastWriteTime.Year, Is.EqualTo(1980));
        var line = reader.ReadLine()!;
        Assert.That(line.Length + 1, Is.EqualTo(128));
        return $"{entry.FullName} {line[10..].TrimEnd()}";
    }

    private sealed class WriteOnly(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
