using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Commits that several processes write: published together or not at all, restored apart or together.</summary>
public sealed class PartTests
{
    [Test]
    public async Task Random_histories_come_back_part_by_part_and_together([Range(1, 6)] int seed)
    {
        var (store, random) = (new MemorySnapshotStore(), new Random(seed));
        string[] committed = [];
        for (var life = 0; life < 4; life++)
        {
            using var parted = await PartedChain.OpenAsync(store, seed + (100 * life));
            Assert.That(parted.State, Is.EqualTo(committed), $"life {life}");
            for (var commits = random.Next(1, 4); commits > 0; commits--)
            {
                parted.Train(30);
                var atCut = parted.State;
                await parted.CommitAsync(() => parted.Train(20), contents: new() { IsFull = random.Next(4) == 0 });
                committed = atCut;
            }
            if (random.Next(2) == 0) await SnapshotCompactor.CompactAsync(store);
            if (random.Next(2) == 0) await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
            Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
            await AssertRestoresTogetherAsync(await CopyOfStore.OfAsync(store), committed);
        }
    }

    [Test]
    public async Task A_fold_keeps_parts_and_changes_nothing()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        for (var i = 0; i < 3; i++)
        {
            parted.Train(40);
            await parted.CommitAsync();
        }
        var newest = parted.Chain.Newest!;
        var full = (await SnapshotCompactor.CompactAsync(store))!;
        Assert.That((full.Kind, full.Identity), Is.EqualTo((SnapshotKind.Full, newest.Identity)));
        Assert.That(full.Parts.Select(part => part.Name), Is.EqualTo(PartedChain.Names));
        Assert.That(full.Rows, Is.EqualTo(parted.Sets.Sum(set => set.Count)));
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(6), "Two files for the trainer and each part.");
        await AssertRestoresTogetherAsync(store, parted.State);
    }

    [Test]
    public async Task A_part_that_is_not_durable_fails_the_commit_and_the_next_one_has_everything()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        parted.Train(40);
        var first = await parted.CommitAsync();
        parted.Train(40);
        Assert.That(
            () => parted.CommitAsync(change: async parts => await store.DeleteAsync(parts[1].Training.Name)),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Missing));
        Assert.That(parted.Chain.Newest, Is.EqualTo(first));
        parted.Train(10);
        Assert.That((await parted.CommitAsync()).Kind, Is.EqualTo(SnapshotKind.Delta));
        await AssertRestoresTogetherAsync(store, parted.State);
    }

    [Test]
    public async Task A_delta_without_a_part_of_before_is_refused()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        await parted.CommitAsync();
        Assert.That(
            () => parted.CommitAsync(change: parts => Task.FromResult(parts.Remove(parts[0]))),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused).And.Message.Contains("2 parts"));
    }

    [Test]
    public async Task A_part_of_another_commit_is_refused()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        var first = await parted.CommitAsync();
        parted.Train(10);
        Assert.That(
            () => parted.CommitAsync(change: parts => Task.FromResult(parts[0] = first.Parts[0])),
            Throws.TypeOf<SnapshotException>().With.Property("File").EqualTo(first.Parts[0].Training.Name));
    }

    [Test]
    public async Task Tables_that_stand_elsewhere_give_no_delta()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        await parted.CommitAsync();
        await using var pending = await parted.Chain.CutAsync(new SnapshotCommitContents());
        var plan = pending.Plan;
        using var others = PartedChain.CreateTables();
        using var other = await SnapshotPartWriter.OpenAsync(new MemorySnapshotStore(), others, "other");
        Assert.That(
            () => other.CutAsync(plan), Throws.TypeOf<SnapshotException>().With.Message.Contains("Make the next commit a full"));
        using var strangers = PartedChain.CreateTables();
        Assert.That(() => SnapshotPartWriter.OpenAsync(store, strangers, "unknown"), Throws.TypeOf<SnapshotException>().With.Message.Contains("unknown"));
    }

    [Test]
    public async Task A_trainer_that_takes_all_over_makes_a_full_without_parts()
    {
        var store = new MemorySnapshotStore();
        string[] state;
        using (var parted = await PartedChain.OpenAsync(store, 1))
        {
            parted.Train(40);
            await parted.CommitAsync();
            state = parted.State;
        }
        using (var tables = PartedChain.CreateTables())
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables);
            Assert.That(PartedChain.StateOf(tables), Is.EqualTo(state));
            var commit = await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            Assert.That((commit.Kind, commit.Parts.Count), Is.EqualTo((SnapshotKind.Full, 0)));
        }
        await AssertRestoresTogetherAsync(store, state);
    }

    [Test]
    public void A_chain_whose_parts_break_the_rules_is_refused()
    {
        var first = SnapshotManifest.Begin(TestSnapshot.Chain).Append(TestChain.Full(1, 10) with { Parts = [Part("a", 1), Part("b", 2)] });
        Assert.That(SnapshotManifest.Parse(first.ToBytes()).Commits, Is.EqualTo(first.Commits));
        var next = TestChain.Delta(2, 10, 12);
        Assert.That(() => first.Append(next), Refused(), "parts are missing");
        Assert.That(() => first.Append(next with { Parts = [Part("a", 3), Part("c", 4)] }), Refused(), "another part");
        Assert.That(() => first.Append(next with { Parts = [Part("a", 3), Part("b", 1)] }), Refused(), "a file again");
        var begin = SnapshotManifest.Begin(TestSnapshot.Chain);
        Assert.That(() => begin.Append(TestChain.Full(1, 10) with { Parts = [Part("a", 1), Part("a", 2)] }), Refused(), "one name");
        Assert.That(() => begin.Append(TestChain.Full(1, 10) with { Parts = [Part("a", 1) with { Rows = 5000 }] }), Refused(), "more rows than all");
        Assert.That(() => begin.Append(TestChain.Full(1, 10) with { Parts = [Part("a", 1) with { Serving = null }] }), Refused(), "no file for replicas");
    }

    private static NUnit.Framework.Constraints.EqualConstraint<SnapshotFault> Refused() =>
        Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused);

    private static SnapshotPart Part(string name, int number) => new()
    {
        Name = name,
        Rows = 1,
        Tombstones = 0,
        Training = new() { Name = $"part{number}.training", Length = 10, Crc32C = 1 },
        Serving = new() { Name = $"part{number}.serving", Length = 10, Crc32C = 1 },
    };

    private static async Task AssertRestoresTogetherAsync(MemorySnapshotStore store, string[] state)
    {
        using var tables = PartedChain.CreateTables();
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        Assert.That(PartedChain.StateOf(tables), Is.EqualTo(state));
    }
}
