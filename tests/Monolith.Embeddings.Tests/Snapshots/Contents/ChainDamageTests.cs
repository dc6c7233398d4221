using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Snapshots.Stores.Memory;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>
/// Whatever is changed in a chain is refused with the name of its file; the tables stay empty, and take the undamaged chain afterwards.
/// </summary>
public sealed class ChainDamageTests : LeakChecked
{
    private static readonly TinyChain Chain = TinyChain.MakeAsync().GetAwaiter().GetResult();

    [Test]
    public void The_files_of_the_chain_are_under_4_KiB() => Assert.That(Chain.Files.Sum(f => f.Value.Length), Is.LessThan(4096));

    [Test]
    public async Task Every_bit_and_every_length_of_what_training_resumes_from_counts()
    {
        using var tables = TinyChain.CreateTables();
        var blank = SavedState.Of(tables);
        foreach (var name in TrainingFiles)
        {
            foreach (var damaged in Damaged(Chain.Files[name])) AssertRefused(() => Chain.Restore(tables, name, damaged), name);
            tables.Tables[0].Clear();
        }
        foreach (var damaged in Damaged(Chain.Manifest.ToBytes())) AssertRefused(() => SnapshotManifest.Parse(damaged), DiskManifest.Name);
        Assert.That(SavedState.Of(tables), Is.EqualTo(blank));
        await AssertAcceptedAsync(tables);
    }

    [Test]
    public Task Every_byte_and_every_length_of_a_chain_counts([Values] bool inFolder) => AssertDamageIsRefusedAsync(inFolder, bits: 1);

    [Test, Category("Long"), Explicit("Takes a minute.")]
    public Task Every_bit_and_every_length_of_a_chain_counts([Values] bool inFolder) => AssertDamageIsRefusedAsync(inFolder, bits: 8);

    [Test]
    public void Every_bit_and_every_length_of_what_replicas_read_counts()
    {
        foreach (var entry in Chain.Manifest.Commits.Select(c => c.Serving!))
        {
            Assert.That(() => Read(Chain.Files[entry.Name]), Throws.Nothing);
            foreach (var damaged in Damaged(Chain.Files[entry.Name])) AssertRefused(() => Read(damaged), entry.Name);

            void Read(byte[] bytes)
            {
                using var contents = SnapshotContents.Open(new MemorySnapshotFile(entry.Name, bytes), entry);
                contents.Reader.Verify();
            }
        }
    }

    [Test]
    public async Task A_file_that_is_missing_is_named()
    {
        using var tables = TinyChain.CreateTables();
        foreach (var commit in Chain.Manifest.Commits)
        {
            var refused = await AssertRefusedAsync(await Chain.InMemoryAsync(commit.Training.Name), tables, commit.Training.Name);
            Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Missing));
        }
        await AssertAcceptedAsync(tables);
    }

    [Test]
    public async Task A_commit_that_is_missing_or_repeated_is_refused()
    {
        using var tables = TinyChain.CreateTables();
        var (full, delta) = (Chain.Manifest.Commits[0], Chain.Manifest.Commits[1]);
        foreach (var commits in new SnapshotCommit[][] { [delta], [full, delta, delta], [full, full, delta],
            [full, delta with { From = delta.From - 1 }], [full, delta with { Number = 3 }], [delta, full] })
            await AssertRefusedAsync(await Chain.InMemoryAsync(manifest: Manifest(commits).ToBytes()), tables);
        await AssertAcceptedAsync(tables);
    }

    [Test]
    public async Task A_file_of_another_chain_commit_or_purpose_is_refused()
    {
        var other = await TinyChain.MakeAsync();
        var (full, delta) = (Chain.Manifest.Commits[0], Chain.Manifest.Commits[1]);
        var (theirs, serving) = (other.Manifest.Commits[1].Training, delta.Serving!);
        var foreign = theirs with { Name = delta.Training.Name };
        using var tables = TinyChain.CreateTables();
        await Refused(delta with { Training = foreign }, foreign.Name, other.Files[theirs.Name], $"chain {Chain.Manifest.Chain}");
        await Refused(
            delta with { Training = serving with { Name = foreign.Name } }, foreign.Name, Chain.Files[serving.Name], "a file for training");
        await Refused(
            delta with { Training = full.Training with { Name = foreign.Name } }, foreign.Name, Chain.Files[full.Training.Name], "kind");
        await Refused(delta with { To = delta.To + 1 }, foreign.Name, Chain.Files[foreign.Name], "cuts");
        await Refused(delta with { Rows = delta.Rows + 1 }, foreign.Name, Chain.Files[foreign.Name], "rows");
        await Refused(delta with { Tombstones = 0 }, foreign.Name, Chain.Files[foreign.Name], "removals");
        await Refused(delta with { To = ulong.MaxValue }, foreign.Name, Chain.Files[foreign.Name], "a cut up to");
        await AssertAcceptedAsync(tables);

        async Task Refused(SnapshotCommit commit, string name, byte[] bytes, string expected)
        {
            var refused = await AssertRefusedAsync(await Chain.InMemoryAsync(name, bytes, Manifest(full, commit).ToBytes()), tables, name);
            Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Mismatch));
            Assert.That(refused.Message, Does.Contain(expected));
        }
    }

    [Test]
    public async Task An_unknown_version_is_told_as_such()
    {
        using var tables = TinyChain.CreateTables();
        var delta = Chain.Manifest.Commits[1];
        var newer = Chain.Files[delta.Training.Name].ToArray();
        newer[8]++;
        var file = await AssertRefusedAsync(await Chain.InMemoryAsync(delta.Training.Name, newer), tables, delta.Training.Name);
        Assert.That((file.Fault, file.Expected), Is.EqualTo((SnapshotFault.Mismatch, "format version 1")));
        var text = System.Text.Encoding.UTF8.GetString(Chain.Manifest.ToBytes());
        var toCome = $"\"version\": {ManifestFormat.Version + 1},";
        var manifest = System.Text.Encoding.UTF8.GetBytes(text.Replace("\"version\": 2,", toCome, StringComparison.Ordinal));
        ManifestFormat.Digits(ManifestFormat.Checksum(manifest)).CopyTo(manifest, ManifestFormat.ChecksumStart(manifest));
        var refused = await AssertRefusedAsync(await Chain.InMemoryAsync(manifest: manifest), tables, DiskManifest.Name);
        Assert.That(
            (refused.Fault, refused.Expected), Is.EqualTo((SnapshotFault.Mismatch, $"format version 1 to {ManifestFormat.Version}")));
    }

    [Test]
    public async Task Two_rows_of_one_id_in_a_full_are_refused()
    {
        var (full, delta) = (Chain.Manifest.Commits[0], Chain.Manifest.Commits[1]);
        var copy = SnapshotCopy.Of(Chain.Files[full.Training.Name]);
        copy.Blocks.Add(copy.Blocks.Single(b => copy.Sections[b.Section] == TableSections.Rows(0)));
        var (bytes, entry) = copy.Write(full.Training.Name);
        using var tables = TinyChain.CreateTables();
        var manifest = Manifest(full with { Training = entry, Rows = 2 * full.Rows }, delta);
        var refused = await AssertRefusedAsync(await Chain.InMemoryAsync(entry.Name, bytes, manifest.ToBytes()), tables, entry.Name);
        Assert.That(refused.Message, Does.Contain("one row for each id of table 't'"));
    }

    private static IEnumerable<string> TrainingFiles => Chain.Manifest.Commits.Select(c => c.Training.Name);

    private static SnapshotManifest Manifest(params SnapshotCommit[] commits) =>
        new(Chain.Manifest.Chain, Chain.Manifest.Incarnation, commits);

    // Some bits of each byte, other ones from byte to byte.
    private static IEnumerable<byte[]> Damaged(byte[] good, int bits = 8)
    {
        for (var length = 0; length < good.Length; length++) yield return good[..length];
        yield return [.. good, 0];
        for (var i = 0; i < good.Length * bits; i++)
        {
            var damaged = good.ToArray();
            damaged[i / bits] ^= (byte)(1 << ((i % bits + i / bits) % 8));
            yield return damaged;
        }
    }

    private static void AssertRefused(Action read, string file)
    {
        try
        {
            read();
        }
        catch (SnapshotException exception) when (exception.File == file)
        {
            return;
        }
        Assert.Fail($"'{file}' was changed, and not refused.");
    }

    private static async Task AssertDamageIsRefusedAsync(bool inFolder, int bits)
    {
        using var tables = TinyChain.CreateTables();
        foreach (var name in TrainingFiles)
        {
            foreach (var damaged in Damaged(Chain.Files[name], bits))
                await AssertRefusedAsync(inFolder ? Chain.InFolder(name, damaged) : await Chain.InMemoryAsync(name, damaged), tables, name);
        }
        // A store in memory holds no empty manifest.
        foreach (var damaged in Damaged(Chain.Manifest.ToBytes(), bits).Where(m => inFolder || m.Length > 0))
            await AssertRefusedAsync(
                inFolder ? Chain.InFolder(manifest: damaged) : await Chain.InMemoryAsync(manifest: damaged), tables, DiskManifest.Name);
        await AssertAcceptedAsync(tables);
    }

    private static Task<SnapshotException> AssertRefusedAsync(SnapshotStore store, EmbeddingTableSet tables, string? file = null) =>
        AssertRefusedAsync(
            async () => (await SnapshotChain.OpenAsync(store, tables, new() { RestoreThreads = 1 })).Dispose(), tables, file);

    private static async Task<SnapshotException> AssertRefusedAsync(Func<Task> open, EmbeddingTableSet tables, string? file)
    {
        try
        {
            await open();
        }
        catch (SnapshotException exception) when (exception.Expected.Length > 0 && exception.Found.Length > 0)
        {
            if (file is not null) Assert.That(exception.File, Is.EqualTo(file));
            Assert.That(tables.Count, Is.Zero);
            return exception;
        }
        throw new AssertionException($"'{file}' was changed, and not refused.");
    }

    private static async Task AssertAcceptedAsync(EmbeddingTableSet tables)
    {
        using var chain = await SnapshotChain.OpenAsync(await Chain.InMemoryAsync(), tables);
        Assert.That(SavedState.Of(tables), Is.EqualTo(Chain.State));
    }
}
