using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;
using System.Text;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>What this library does not know in a store is kept, where it is a user's, or refused by its name: never dropped.</summary>
public sealed class UnknownSectionTests
{
    private const string Newer = "tables/0/sketch";

    [Test]
    public async Task Sections_of_users_are_kept_by_folds()
    {
        var store = new MemorySnapshotStore();
        using var tables = TinyChain.CreateTables();
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            await chain.CommitAsync(Sections(1));
            await chain.CommitAsync(Sections(2));
        }
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        tables.Tables[0].Clear();
        using var restored = await SnapshotChain.OpenAsync(store, tables);
        Assert.That(restored.RestoredSections.Select(s => (s.Key, s.Value.Span[0])),
            Is.EquivalentTo(new[] { ("model", (byte)2), ("what.is.this", (byte)2) }));
    }

    [Test]
    public async Task A_section_of_a_newer_library_is_refused_by_name([Values(0, 1)] int commit)
    {
        var chain = await TinyChain.MakeAsync();
        var entry = chain.Manifest.Commits[commit].Training;
        var copy = SnapshotCopy.Of(chain.Files[entry.Name]);
        copy.Sections.Add(Newer);
        copy.Blocks.Add(new(copy.Sections.Count - 1, 0, 0, 3, [1, 2, 3]));
        var (bytes, changed) = copy.Write(entry.Name);
        SnapshotCommit[] commits = [.. chain.Manifest.Commits];
        commits[commit] = commits[commit] with { Training = changed };
        var manifest = new SnapshotManifest(chain.Manifest.Chain, chain.Manifest.Incarnation, commits, chain.Manifest.Trainer).ToBytes();
        var store = await chain.InMemoryAsync(entry.Name, bytes, manifest);
        using var tables = TinyChain.CreateTables();
        Assert.That(() => SnapshotChain.OpenAsync(store, tables), RefusesNewer());
        Assert.That(async () => await SnapshotCompactor.CompactAsync(store), RefusesNewer());
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems.Select(p => p.Message), Has.One.Contains($"'{Newer}'"));
        Assert.That((await store.ReadManifestAsync())!.Bytes.ToArray(), Is.EqualTo(manifest), "Nothing was published.");
    }

    [Test]
    public async Task A_section_in_a_part_is_refused_by_name()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        Assert.That(
            () => parted.CommitAsync(change: AddSectionAsync), Throws.TypeOf<SnapshotException>().With.Message.Contains("'what.is.this'"));
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Newest, Is.Null);

        async Task AddSectionAsync(List<SnapshotPart> parts)
        {
            var copy = SnapshotCopy.Of(await BytesAsync(store, parts[0].Training.Name));
            copy.Sections.Add("what.is.this");
            parts[0] = parts[0] with { Training = await ReplaceAsync(store, parts[0].Training.Name, copy) };
        }
    }

    [Test]
    public async Task Another_section_in_a_segment_is_refused_by_name()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var segment = await chain.WriteAsync("a");
        var copy = SnapshotCopy.Of(await BytesAsync(chain.Store, segment.File.Name));
        copy.Sections.Add("what.is.this");
        segment = segment with { File = await ReplaceAsync(chain.Store, segment.File.Name, copy) };
        Assert.That(() => chain.CommitAsync([segment], []), Throws.TypeOf<SnapshotException>().With.Message.Contains("'what.is.this'"));
        Assert.That(
            () => chain.Chain.OpenSegmentAsync(segment), Throws.TypeOf<SnapshotException>().With.Message.Contains("'what.is.this'"));
    }

    [Test]
    public async Task A_file_of_another_kind_is_no_segment()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var segment = await chain.WriteAsync("a");
        var copy = SnapshotCopy.Of(await BytesAsync(chain.Store, segment.File.Name));
        copy.Header = copy.Header with { Kind = SnapshotFileKind.Full };
        segment = segment with { File = await ReplaceAsync(chain.Store, segment.File.Name, copy) };
        Assert.That(() => chain.CommitAsync([segment], []), Throws.TypeOf<SnapshotException>().With.Message.Contains("found Full"));
    }

    [TestCase("\"section\": \"open impressions\"", "\"compression\": 1,\n          \"section\": \"open impressions\"", "'compression'")]
    [TestCase("\"parts\": [", "\"sketches\": [],\n      \"parts\": [", "'sketches'")]
    [TestCase("\"kind\": \"delta\"", "\"kind\": \"patch\"", "another spelling")]
    public void A_member_of_the_manifest_that_is_not_known_is_refused_by_name(string known, string newer, string named)
    {
        var text = Encoding.UTF8.GetString(TestChain.ManifestWithParts().ToBytes());
        Assert.That(text, Does.Contain(known));
        var bytes = Encoding.UTF8.GetBytes(text.Replace(known, newer, StringComparison.Ordinal));
        ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes.AsSpan(ManifestFormat.ChecksumStart(bytes)));
        Assert.That(
            () => SnapshotManifest.Parse(bytes),
            Throws.TypeOf<SnapshotException>().With.Property("File").EqualTo(DiskManifest.Name).And.Message.Contains(named));
    }

    private static NUnit.Framework.Constraints.ContainsConstraint RefusesNewer() =>
        Throws.TypeOf<SnapshotException>().With.Message.Contains($"'{Newer}'");

    private static Dictionary<string, ReadOnlyMemory<byte>> Sections(byte value) =>
        new() { ["model"] = new[] { value }, ["what.is.this"] = new[] { value } };

    private static async Task<SnapshotFileEntry> ReplaceAsync(MemorySnapshotStore store, string name, SnapshotCopy copy)
    {
        var (bytes, entry) = copy.Write(name);
        await store.DeleteAsync(name);
        store.Commit(name, bytes);
        return entry;
    }

    private static async Task<byte[]> BytesAsync(MemorySnapshotStore store, string name)
    {
        using var file = await store.OpenAsync(name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }
}
