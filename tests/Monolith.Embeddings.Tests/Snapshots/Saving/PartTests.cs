using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

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
                await parted.CommitAsync(() => parted.Train(20), isFull: random.Next(4) == 0);
                committed = atCut;
            }
            if (random.Next(2) == 0) await SnapshotCompactor.CompactAsync(store);
            if (random.Next(2) == 0) await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
            Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
            await AssertRestoresTogetherAsync(await CopyOfStore.OfAsync(store), committed);
        }
    }

    [Test]
    public async Task Every_commit_of_a_random_history_comes_back([Range(1, 12)] int seed)
    {
        using var history = new CommitHistory(new MemorySnapshotStore(), seed);
        await history.RunAsync(steps: 30);
        Assert.That(history.Compared, Is.Positive);
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
    public async Task A_commit_without_a_part_that_it_was_cut_for_is_not_published([Values] bool isFull)
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        var first = isFull ? null : await parted.CommitAsync();
        Assert.That(
            () => parted.CommitAsync(change: parts => Task.FromResult(parts.Remove(parts[0]))),
            Throws.ArgumentException.With.Message.Contains("these are 'shard 2'"));
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Newest, Is.EqualTo(first));
        parted.Train(10);
        await parted.CommitAsync();
        await AssertRestoresTogetherAsync(store, parted.State);
    }

    [Test]
    public async Task A_commit_waits_for_its_last_part()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        await using var pending = await parted.Chain.CutAsync(new SnapshotCommitContents { PartNames = PartedChain.Names });
        var parts = new List<SnapshotPart>();
        foreach (var writer in parted.Writers)
        {
            Assert.That(() => pending.WriteAsync(parts), Throws.ArgumentException);
            await using var cut = await writer.CutAsync(pending.Plan);
            parts.Add(await cut.WriteAsync());
        }
        Assert.That((await pending.WriteAsync(parts)).Parts, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Parts_change_with_a_full_alone()
    {
        using var parted = await PartedChain.OpenAsync(new MemorySnapshotStore(), 1);
        await parted.CommitAsync();
        foreach (var names in new string[][] { [], ["shard 2"], ["shard 2", "other"], [.. PartedChain.Names, "other"] })
        {
            Assert.That(
                async () => await parted.Chain.CutAsync(new SnapshotCommitContents { PartNames = names }),
                Throws.ArgumentException.With.Message.Contains("'shard 2', 'shard é'"));
        }
        await using var full = await parted.Chain.CutAsync(new SnapshotCommitContents { IsFull = true, PartNames = ["other"] });
        Assert.That((full.Kind, full.Plan.Parts), Is.EqualTo((SnapshotKind.Full, new[] { "other" })));
    }

    [TestCase("")]
    [TestCase("twice", "twice")]
    public async Task Names_that_no_part_can_have_are_refused(params string[] names)
    {
        using var parted = await PartedChain.OpenAsync(new MemorySnapshotStore(), 1);
        Assert.That(async () => await parted.Chain.CutAsync(new SnapshotCommitContents { PartNames = names }), Throws.ArgumentException);
        await parted.CommitAsync();
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
        await using var pending = await parted.Chain.CutAsync(new SnapshotCommitContents { PartNames = PartedChain.Names });
        var plan = pending.Plan;
        using var others = PartedChain.CreateTables();
        using var other = SnapshotPartWriter.Begin(store, others, "shard 2");
        Assert.That(() => other.CutAsync(plan), Refused().And.Message.Contains("Make the next commit a full"));
        using var strangers = PartedChain.CreateTables();
        using var stranger = SnapshotPartWriter.Begin(store, strangers, "other");
        Assert.That(() => stranger.CutAsync(plan), Refused().And.Message.Contains("Name it before the cut"));
        using var unknown = PartedChain.CreateTables();
        Assert.That(
            () => SnapshotPartWriter.OpenAsync(
                store, unknown, "unknown"), Throws.TypeOf<SnapshotException>().With.Message.Contains("unknown"));
    }

    [Test]
    public async Task Whoever_wrote_for_a_trainer_that_is_gone_gives_no_delta_to_the_next()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        await parted.CommitAsync();
        // Written for a commit that its trainer never publishes.
        await using (var lost = await parted.Chain.CutAsync(new SnapshotCommitContents { PartNames = PartedChain.Names }))
        {
            await using var cut = await parted.Writers[0].CutAsync(lost.Plan);
            await cut.WriteAsync();
        }
        using var next = await PartedChain.OpenAsync(store, 2);
        await next.CommitAsync();
        await using var pending = await next.Chain.CutAsync(new SnapshotCommitContents { PartNames = PartedChain.Names });
        Assert.That(() => parted.Writers[0].CutAsync(pending.Plan), Refused().And.Message.Contains("open the part again"));
        Assert.That(() => parted.Writers[1].CutAsync(pending.Plan), Refused().And.Message.Contains("open the part again"));
        await using var right = await next.Writers[0].CutAsync(pending.Plan);
    }

    [Test]
    public async Task A_cut_is_not_taken_twice()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 1);
        await parted.CommitAsync();
        await using var pending = await parted.Chain.CutAsync(new SnapshotCommitContents { PartNames = PartedChain.Names });
        await (await parted.Writers[0].CutAsync(pending.Plan)).DisposeAsync();
        Assert.That(() => parted.Writers[0].CutAsync(pending.Plan), Refused().And.Message.Contains("Open the part again"));
    }

    [Test]
    public async Task Rows_move_to_a_part_that_begins()
    {
        var store = new MemorySnapshotStore();
        using var tables = PartedChain.CreateTables();
        using var others = PartedChain.CreateTables();
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        PartedChain.Assign(tables, 1, 2, 3);
        await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        using var writer = SnapshotPartWriter.Begin(store, others, "moved");
        tables.Tables[0].Remove([2L, 3L]);
        PartedChain.Assign(others, 2, 3);
        await CommitAsync(isFull: true);
        PartedChain.Assign(others, 4);
        Assert.That((await CommitAsync(isFull: false)).Kind, Is.EqualTo(SnapshotKind.Delta));
        await AssertRestoresTogetherAsync(store, PartedChain.StateOf(tables, others));

        async Task<SnapshotCommit> CommitAsync(bool isFull)
        {
            await using var pending = await chain.CutAsync(new SnapshotCommitContents { IsFull = isFull, PartNames = ["moved"] });
            await using var cut = await writer.CutAsync(pending.Plan);
            return await pending.WriteAsync([await cut.WriteAsync()]);
        }
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
        var (large, trainingOnly) = (Part("a", 1) with { Rows = 5000 }, Part("a", 1) with { Serving = null });
        Assert.That(() => begin.Append(TestChain.Full(1, 10) with { Parts = [large] }), Refused(), "more rows than all");
        Assert.That(() => begin.Append(TestChain.Full(1, 10) with { Parts = [trainingOnly] }), Refused(), "no file for replicas");
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
