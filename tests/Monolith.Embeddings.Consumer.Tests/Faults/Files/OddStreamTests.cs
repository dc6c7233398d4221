using System.IO.Compression;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>Streams that give little, lie, fail or end: an export says so and leaves nothing behind, an import changes nothing.</summary>
[TestFixture]
public sealed class OddStreamTests
{
    [Test]
    public async Task AFileIsReadWhateverPiecesItComesIn()
    {
        var file = await ExportAsync(100);
        foreach (var most in new[] { 1, 2, 3, 7, 64, 1000 })
        {
            using var target = new ImportTarget();
            var read = await TableImport.ReadNpzAsync(target.Table, new PieceStream(file, most));
            Assert.That(read, Is.EqualTo(new ImportedRows { Read = 100, Written = 100 }), $"{most}");
        }
        TestContext.Out.WriteLine("tried 6");
    }

    [Test]
    public async Task AFileThatCannotBeReadToItsEndChangesNothing()
    {
        var file = await ExportAsync(400);
        var tried = 0;
        for (var failAt = 0L; failAt < 60_000; failAt += failAt < 8_000 ? 331 : 1_999)
        {
            tried++;
            using var target = new ImportTarget();
            var before = target.Content();
            try
            {
                await TableImport.ReadNpzAsync(target.Table, new PieceStream(file, 512, failAt));
                continue;
            }
            catch (IOException e)
            {
                Assert.That(e.Message, Does.Contain("the medium"), $"after {failAt} bytes");
            }
            // The second reading may be under way; then rows are whole, and those of the file.
            if (failAt < file.Length) Assert.That(target.Content(), Is.EqualTo(before), $"after {failAt} bytes of {file.Length}");
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task AnExportThatFailsSaysSoAndLeavesNoTemporaryFile()
    {
        var folder = Directory.CreateTempSubdirectory("export").FullName;
        var whole = (await ExportAsync(400)).Length;
        var tried = 0;
        try
        {
            using var source = Filled(400);
            for (var failAt = 0L; failAt < whole; failAt += 997)
            {
                tried++;
                var options = new NpzExportOptions { TemporaryFolder = folder, Compress = tried % 2 == 0 };
                using var destination = new PieceStream([], 512, failAt / (options.Compress ? 4 : 1));
                Assert.ThrowsAsync<IOException>(() => TableExport.WriteNpzAsync(source, destination, options), $"after {failAt} bytes");
                Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty, $"after {failAt} bytes");
            }
            await TableExport.WriteNpzAsync(source, Stream.Null, new NpzExportOptions { TemporaryFolder = folder });
            Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task ACancelledImportLeavesWholeRowsAndACancelledExportNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var target = new ImportTarget();
        var before = target.Content();
        var file = await ExportAsync(10);
        Assert.CatchAsync<OperationCanceledException>(() => TableImport.ReadNpzAsync(target.Table, new MemoryStream(file), null,
            cancelled.Token));
        Assert.That(target.Content(), Is.EqualTo(before));
        Assert.CatchAsync<OperationCanceledException>(() => TableExport.WriteNpzAsync(target.Table, new MemoryStream(), null,
            cancelled.Token));
        Assert.CatchAsync<OperationCanceledException>(() => TableExport.WriteTsvAsync(target.Table, new StringWriter(), null,
            cancelled.Token));
        TestContext.Out.WriteLine("tried 3");
    }

    [Test]
    public async Task FilesInFilesAndStreamsThatStandElsewhereAreReadOrRefusedWhole()
    {
        var file = await ExportAsync(5);
        var plain = await ImportedAsync(file);
        var cases = new (string Name, byte[] Bytes, int Position)[]
        {
            ("stands at its end", file, file.Length), ("stands in the middle", file, 100),
                ("bytes before it", [.. new byte[100], .. file], 0), ("bytes behind it", [.. file, .. new byte[100]], 0),
            ("twice", [.. file, .. file], 0), ("a zip in a zip", Npz.Zip([("ids.npy", file)]), 0),
                ("a zip that holds it", Npz.Zip([("a.npz", file)]), 0), ("a byte order mark before it", [0xEF, 0xBB, 0xBF, .. file], 0),
        };
        foreach (var (name, bytes, position) in cases)
        {
            using var target = new ImportTarget();
            var before = target.Content();
            try
            {
                await TableImport.ReadNpzAsync(target.Table, new MemoryStream(bytes) { Position = position });
                Assert.That(target.Content(), Is.EqualTo(plain), name);
            }
            catch (InvalidDataException)
            {
                Assert.That(target.Content(), Is.EqualTo(before), name);
            }
        }
        TestContext.Out.WriteLine($"tried {cases.Length}");
    }

    [Test]
    public async Task AFewKilobytesThatSayTheyAreGigabytesAreRefusedWithLittleMemory()
    {
        var zeros = new byte[1 << 20];
        using var bomb = new MemoryStream();
        using (var zip = new ZipArchive(bomb, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, type, shape) in new[] { ("ids", "<i8", "(134217728,)"), ("weights", "<f4", "(134217728, 3)") })
            {
                using var entry = zip.CreateEntry(name + ".npy", CompressionLevel.Fastest).Open();
                entry.Write(Npz.Array(type, shape, []));
                for (var i = 0; i < 24; i++) entry.Write(zeros);
            }
        using var target = new ImportTarget();
        var before = GC.GetTotalAllocatedBytes();
        Assert.That(await target.ImportAsync(bomb.ToArray(), "a bomb"), Is.Not.Null);
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(64L << 20));
        TestContext.Out.WriteLine("tried 1");
    }

    private static async Task<string> ImportedAsync(byte[] file)
    {
        using var target = new ImportTarget();
        await TableImport.ReadNpzAsync(target.Table, new MemoryStream(file));
        return target.Content();
    }

    private static async Task<byte[]> ExportAsync(int rows)
    {
        using var source = Filled(rows);
        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(source, file);
        return file.ToArray();
    }

    private static EmbeddingTable Filled(int rows)
    {
        var table = new EmbeddingTable(new EmbeddingTableOptions
        {
            Name = "t",
            Segments = { new SegmentOptions { Name = "bias" }, new SegmentOptions { Name = "vector", Dimension = 2 } },
        }, new() { MemoryLimitBytes = 1 << 20 });
        for (var i = 0; i < rows; i++) table.Assign([i * 7919L], [i, 0.5f, -i], At.Seconds(ImportTarget.Now - (uint)i));
        return table;
    }
}
