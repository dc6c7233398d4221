using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Snapshots.Stores.Memory;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>
/// Files whose checksums are right and whose content is nonsense: descriptions, rows, removals, records of admission, ranges, counts. They
/// are restored or refused by a <see cref="SnapshotException"/>, and take memory by their length alone.
/// </summary>
public sealed class ChainFuzzTests : LeakChecked
{
    private const int MostNativeBytes = 1 << 19;

    [Test]
    public void Nonsense_under_right_checksums_is_refused_or_restored() => Fuzz(100_000);

    [Test, Category("Long"), Explicit("Takes minutes.")]
    public void Much_nonsense_under_right_checksums_is_refused_or_restored() => Fuzz(1_000_000);

    private static void Fuzz(int inputs)
    {
        var chain = TinyChain.MakeAsync(serving: false, stripes: 4).GetAwaiter().GetResult();
        var (names, random, refused) = (chain.Manifest.Commits.Select(c => c.Training.Name).ToArray(), new Random(5), 0);
        SnapshotCopy[] good = [.. names.Select(name => SnapshotCopy.Of(chain.Files[name]))];
        using var tables = TinyChain.CreateTables(2);
        var start = NativeBlock.UndisposedBytes;
        for (var i = 0; i < inputs; i++)
        {
            var (file, changed) = (random.Next(2), default(byte[]));
            var copy = good[file].Copy();
            for (var changes = random.Next(1, 4); changes > 0; changes--) SnapshotNonsense.Change(copy, random);
            try
            {
                changed = copy.Write(names[file]).Bytes;
            }
            catch (ArgumentException)
            {
                // No writer could write this.
                continue;
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (!Restores(file == 0 ? [changed, chain.Files[names[1]]] : [chain.Files[names[0]], changed], tables)) refused++;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > 65_536 + (64 * changed.Length))
                Assert.Fail($"Input {i} of {changed.Length} bytes made the restore ask for {allocated} bytes.");
            var native = NativeBlock.UndisposedBytes - start;
            if (native > MostNativeBytes) Assert.Fail($"Input {i} of {changed.Length} bytes made the tables take {native} bytes.");
            foreach (var table in tables.Tables) table.Clear();
        }
        Assert.That(refused, Is.InRange(inputs / 10, inputs * 95L / 100));
    }

    private static bool Restores(byte[][] files, EmbeddingTableSet tables)
    {
        var chain = new List<SnapshotContents>();
        try
        {
            foreach (var file in files) chain.Add(SnapshotContents.Open(new MemorySnapshotFile("file", file)));
            foreach (var section in chain[^1].NamedSections) chain[^1].ReadSection(section);
            new TableRestore(tables, 1, default).Run(chain, null);
            return true;
        }
        catch (SnapshotException exception) when (exception.File == "file")
        {
            return false;
        }
        finally
        {
            foreach (var file in chain) file.Dispose();
        }
    }
}
