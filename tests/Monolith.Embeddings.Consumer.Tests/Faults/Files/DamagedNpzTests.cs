using Monolith.Embeddings.Exchange;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>Files whose bytes were changed, cut, doubled or moved: what is read is the file as it was written, or nothing.</summary>
[TestFixture]
public sealed class DamagedNpzTests
{
    [Test]
    public Task ChangedFilesAreReadWholeOrNotAtAll() => FuzzAsync(3_000);

    [Test, Explicit("minutes")]
    public Task ChangedFilesAreReadWholeOrNotAtAllLong() => FuzzAsync(100_000);

    [Test]
    public async Task EveryByteOfAFileMayChange()
    {
        foreach (var compress in new[] { false, true })
        {
            var file = await ExportAsync(compress, rows: 3);
            var right = await ImportedAsync(file);
            var (tried, read) = (0, 0);
            for (var i = 0; i < file.Length; i++)
                foreach (var change in new byte[] { 1, 0x80 })
                {
                    var changed = (byte[])file.Clone();
                    changed[i] ^= change;
                    tried++;
                    if (await IsReadAsync(changed, right, $"compressed: {compress}, byte {i} of {file.Length} ^ {change}")) read++;
                }
            TestContext.Out.WriteLine($"compressed: {compress}: tried {tried}, of which {read} read");
        }
    }

    [Test]
    public async Task FilesOfTheLargeFormAreReadAndTheirNamesAreChecked()
    {
        foreach (var compress in new[] { false, true })
        {
            var small = await ExportAsync(compress, rows: 3);
            var large = LargeZip.Of(small);
            var right = await ImportedAsync(small);
            Assert.That(await IsReadAsync(large, right, "large"), Is.True);
            var (tried, read) = (0, 0);
            for (var i = small.Length - 400; i < large.Length; i++)
            {
                var changed = (byte[])large.Clone();
                changed[i] ^= 1;
                tried++;
                if (await IsReadAsync(changed, right, $"compressed: {compress}, byte {i} of {large.Length}")) read++;
            }
            TestContext.Out.WriteLine($"compressed: {compress}: tried {tried}, of which {read} read");
        }
    }

    private static async Task FuzzAsync(int rounds)
    {
        const int Seed = 9;
        var random = new Random(Seed);
        var files = new[] { await ExportAsync(false, 3), await ExportAsync(true, 3), await ExportAsync(true, 200),
            await ExportAsync(false, 0) };
        var rights = new List<string>();
        foreach (var file in files) rights.Add(await ImportedAsync(file));
        var read = 0;
        for (var round = 0; round < rounds; round++)
        {
            var which = random.Next(files.Length);
            var bytes = files[which].ToList();
            var changes = random.Next(1, 4);
            for (var c = 0; c < changes && bytes.Count > 0; c++) Change(bytes, random);
            if (await IsReadAsync([.. bytes], rights[which], $"seed {Seed}, round {round}")) read++;
        }
        TestContext.Out.WriteLine($"tried {rounds}, of which {read} read");
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        var count = random.Next(1, Math.Min(60, bytes.Count - at) + 1);
        switch (random.Next(7))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(at, bytes.Count - at); break;
            case 3: bytes.RemoveRange(at, count); break;
            case 4: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - count + 1), count)); break;
            case 5: for (var i = at; i < at + count; i++) bytes[i] = random.Next(2) == 0 ? (byte)0 : (byte)0xFF; break;
            default: bytes.AddRange(bytes.GetRange(at, count)); break;
        }
    }

    private static async Task<bool> IsReadAsync(byte[] file, string right, string what)
    {
        using var target = new ImportTarget();
        if (await target.ImportAsync(file, what) is not null) return false;
        Assert.That(target.Content(), Is.EqualTo(right), what);
        return true;
    }

    private static async Task<byte[]> ExportAsync(bool compress, int rows)
    {
        using var source = new ImportTarget();
        source.Table.Clear();
        var random = new Random(10);
        for (var i = 0; i < rows; i++) source.Table.Assign([random.NextInt64()], [random.NextSingle(), 2, 3],
            At.Seconds(ImportTarget.Now - 50_000 + (uint)(i * 100)));
        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(source.Table, file, new NpzExportOptions { Compress = compress });
        return file.ToArray();
    }

    private static async Task<string> ImportedAsync(byte[] file)
    {
        using var target = new ImportTarget();
        await TableImport.ReadNpzAsync(target.Table, new MemoryStream(file));
        return target.Content();
    }
}
