using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Formats;

/// <summary>Whole stores of every version of the format: they open, are followed, and are gone on with.</summary>
public sealed class GoldenStoreTests
{
    /// <summary>Commits with identities; no sections but whole ones, no parts.</summary>
    private const string Trained = "store-2-trained", WithSections = "store-2-sections";

    /// <summary>Parts of other processes, and segments of an incremental section.</summary>
    private const string WithParts = "store-3-parts";

    [TestCase(Trained)]
    [TestCase(WithSections)]
    public async Task It_restores_to_the_bit_and_is_whole(string name)
    {
        using var folder = new TestFolder();
        var expected = new GoldenStore(name).ExtractTo(folder.Path);
        var store = new FileSnapshotStore(folder.Path);
        using var tables = CreateTables(name);
        Assert.That(await GoldenStore.RestoredAsync(store, tables), Is.EqualTo(expected.Where(IsRestored)));
        using var others = CreateTables(name);
        var inspection = await SnapshotInspector.VerifyAsync(store, others);
        Assert.That(inspection.Problems, Is.Empty);
        Assert.That(inspection.Commits, Has.Count.GreaterThan(4));
    }

    [TestCase(Trained)]
    [TestCase(WithSections)]
    public async Task Folding_it_changes_nothing(string name)
    {
        using var folder = new TestFolder();
        var expected = new GoldenStore(name).ExtractTo(folder.Path);
        var store = new FileSnapshotStore(folder.Path);
        Assert.That((await SnapshotCompactor.CompactAsync(store))!.Kind, Is.EqualTo(SnapshotKind.Full));
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        using var tables = CreateTables(name);
        Assert.That(await GoldenStore.RestoredAsync(store, tables), Is.EqualTo(expected.Where(IsRestored)));
    }

    [Test]
    public async Task Replicas_serve_the_same_bits()
    {
        using var folder = new TestFolder();
        var expected = new GoldenStore(Trained).ExtractTo(folder.Path);
        Assert.That(
            await GoldenStore.ServedAsync(new FileSnapshotStore(folder.Path)), Is.EqualTo(expected.Where(line => !IsRestored(line))));
    }

    [Test]
    public async Task A_trainer_goes_on_and_a_replica_follows()
    {
        using var folder = new TestFolder();
        new GoldenStore(Trained).ExtractTo(folder.Path);
        var store = new FileSnapshotStore(folder.Path);
        var schema = GoldenTrainer.CreateSchema();
        using var model = GoldenTrainer.CreateModel(schema);
        await using var replica = await ModelReplica.OpenAsync(store, model, new() { PollEvery = Timeout.InfiniteTimeSpan });
        var before = replica.Version.Number;
        await GoldenTrainer.TrainAsync(store, batches: 32);
        Assert.That(await replica.CatchUpAsync(), Is.True);
        Assert.That(replica.Version.Number, Is.GreaterThan(before));
        using var tables = GoldenTrainer.CreateTables(schema);
        var restored = (await GoldenStore.RestoredAsync(store, tables)).ToArray();
        await SnapshotCompactor.CompactAsync(store);
        using var folded = GoldenTrainer.CreateTables(schema);
        Assert.That(await GoldenStore.RestoredAsync(store, folded), Is.EqualTo(restored));
    }

    [Test]
    public async Task A_chain_with_sections_goes_on()
    {
        using var folder = new TestFolder();
        new GoldenStore(WithSections).ExtractTo(folder.Path);
        var store = new FileSnapshotStore(folder.Path);
        await GoldenSections.WriteAsync(store, 3);
        using var tables = GoldenSections.CreateTables();
        var inspection = await SnapshotInspector.VerifyAsync(store, tables);
        Assert.That(inspection.Problems, Is.Empty);
        Assert.That(inspection.Manifest!.Newest!.Number, Is.EqualTo(10));
    }

    [Test]
    public async Task Parts_and_segments_restore_to_the_bit_whether_folded_or_not()
    {
        using var folder = new TestFolder();
        var expected = new GoldenStore(WithParts).ExtractTo(folder.Path);
        var store = new FileSnapshotStore(folder.Path);
        Assert.That(await GoldenParts.RestoredAsync(store), Is.EqualTo(expected));
        var inspection = await SnapshotInspector.VerifyAsync(store);
        Assert.That(inspection.Problems, Is.Empty);
        Assert.That(inspection.Manifest!.Commits.Select(c => (c.Number, c.Kind, c.Parts.Count)), Is.EqualTo(new[]
        {
            (1ul, SnapshotKind.Full, 2), (2ul, SnapshotKind.Delta, 2), (3ul, SnapshotKind.Delta, 2), (3ul, SnapshotKind.Full, 2),
            (4ul, SnapshotKind.Delta, 2), (5ul, SnapshotKind.Delta, 2),
        }));
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(9), "Two files of the trainer and of each part, and three segments.");
        Assert.That(await GoldenParts.RestoredAsync(store), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_chain_with_parts_goes_on()
    {
        using var folder = new TestFolder();
        new GoldenStore(WithParts).ExtractTo(folder.Path);
        var store = new FileSnapshotStore(folder.Path);
        await GoldenParts.WriteAsync(store, 2);
        var inspection = await SnapshotInspector.VerifyAsync(store);
        Assert.That(inspection.Problems, Is.Empty);
        Assert.That(inspection.Manifest!.Commits.TakeLast(2).Select(c => (c.Number, c.Kind)), Is.EqualTo(new[]
        {
            (6ul, SnapshotKind.Delta), (7ul, SnapshotKind.Delta),
        }));
    }

    /// <summary>Writes the archives of this version into the folder that an environment variable names. They are never written
    /// again.</summary>
    [Test, Explicit]
    public async Task Write_archives()
    {
        var archives = Environment.GetEnvironmentVariable("GOLDEN_ARCHIVES")!;
        Directory.CreateDirectory(archives);
        await File.WriteAllBytesAsync(Path.Combine(archives, "version-3.manifest.json"), TestChain.ManifestWithParts().ToBytes());
        await File.WriteAllBytesAsync(
            Path.Combine(archives, "version-4.manifest.json"), TestChain.ManifestWithServedTables().ToBytes());
        using var trained = new TestFolder();
        var store = new FileSnapshotStore(trained.Path);
        await GoldenTrainer.TrainAsync(store, batches: 12);
        await SnapshotCompactor.CompactAsync(store);
        await GoldenTrainer.TrainAsync(store, batches: 20);
        using var tables = CreateTables(Trained);
        string[] expected = [.. await GoldenStore.RestoredAsync(store, tables), .. await GoldenStore.ServedAsync(store)];
        new GoldenStore(Trained).Write(trained.Path, archives, expected);
        using var sections = new TestFolder();
        store = new FileSnapshotStore(sections.Path);
        await GoldenSections.WriteAsync(store, 3, publishServing: false);
        await SnapshotCompactor.CompactAsync(store);
        await GoldenSections.WriteAsync(store, 4);
        using var others = CreateTables(WithSections);
        new GoldenStore(WithSections).Write(sections.Path, archives, [.. await GoldenStore.RestoredAsync(store, others)]);
        using var parts = new TestFolder();
        store = new FileSnapshotStore(parts.Path);
        await GoldenParts.WriteAsync(store, 3);
        await SnapshotCompactor.CompactAsync(store);
        await GoldenParts.WriteAsync(store, 2);
        new GoldenStore(WithParts).Write(parts.Path, archives, [.. await GoldenParts.RestoredAsync(store)]);
    }

    private static bool IsRestored(string line) =>
        line.StartsWith("commit ", StringComparison.Ordinal) || line.StartsWith("row ", StringComparison.Ordinal)
        || line.StartsWith("section ", StringComparison.Ordinal);

    private static EmbeddingTableSet CreateTables(string name) =>
        name == Trained ? GoldenTrainer.CreateTables(GoldenTrainer.CreateSchema()) : GoldenSections.CreateTables();
}
