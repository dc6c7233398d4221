using Monolith.Embeddings.Consumer.Tests.Faults.Threads;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>Folders that others use, change or take away, and disks that are full.</summary>
public class HostileDiskTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, true);
    }

    [Test]
    public async Task Foreign_files_of_like_names_are_neither_read_nor_deleted()
    {
        var store = new FileSnapshotStore(_folder);
        await using (var trainer = new SmallTrainer(store, 1)) await trainer.RunAsync(60);
        var own = Directory.GetFiles(_folder).Select(Path.GetFileName).ToArray();
        var foreign = new List<string>();
        foreach (var name in own)
        {
            foreach (var like in new[]
                {
                    name + "~", name + ".bak", name + ".tmp", "." + name, name + ".snapshot.tmp", name + ".12-abc.snapshot.tmp",
                    name!.ToUpperInvariant(), name.Replace("0000", "000", StringComparison.Ordinal), name + " ",
                    "copy of " + name, name + ".123-00112233445566778899.snapshot.tmp", name + "\n", "é" + name, name[..^1],
                })
            {
                var path = Path.Combine(_folder, like);
                if (File.Exists(path)) continue;
                File.WriteAllText(path, "mine");
                foreign.Add(path);
            }
        }
        Directory.CreateDirectory(Path.Combine(_folder, own[0] + ".folder"));
        Directory.CreateDirectory(Path.Combine(_folder, "000000000099-full-1-55275a3fd080b92a_1.training"));
        for (var round = 0; round < 3; round++)
        {
            await using var trainer = new SmallTrainer(new FileSnapshotStore(_folder), 1);
            await trainer.RunAsync(60);
            await SnapshotCompactor.CompactAsync(store);
            await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
            var (inspection, expected) = (await SnapshotInspector.VerifyAsync(store), SetState.Of(trainer.Tables));
            Assert.That(inspection.Problems.Select(problem => problem.Message), Is.Empty);
            Assert.That(expected, Is.Not.Empty);
        }
        var gone = foreign.Where(path => !File.Exists(path) || File.ReadAllText(path) != "mine").Select(Path.GetFileName).ToArray();
        TestContext.Out.WriteLine($"foreign {foreign.Count}, gone {gone.Length}: {string.Join(" | ", gone)}");
        Assert.That(gone, Is.Empty);
    }

    [Test]
    public async Task A_folder_that_is_deleted_or_emptied_in_mid_run_is_told_and_training_goes_on()
    {
        for (var kind = 0; kind < 4; kind++)
        {
            var folder = Path.Combine(_folder, $"{kind}");
            var store = new FileSnapshotStore(folder);
            var trainer = new SmallTrainer(store, 2);
            await trainer.RunAsync(40);
            if (kind == 0) Directory.Delete(folder, true);
            if (kind == 1) foreach (var file in Directory.GetFiles(folder)) File.Delete(file);
            if (kind == 2) Directory.Move(folder, folder + "-moved");
            if (kind == 3)
            {
                Directory.Delete(folder, true);
                File.WriteAllText(folder, "a file now");
            }
            var ended = await Race.CaughtAsync(() => trainer.RunAsync(24));
            Assert.That(ended, Is.Null.Or.TypeOf<SnapshotException>(), $"kind {kind}");
            TestContext.Out.WriteLine($"{kind}: learned {trainer.Trainer.Examples}, {trainer.Trainer.LastCommitFailure?.Message}");
            Assert.That(trainer.Trainer.Examples, Is.EqualTo(70), $"kind {kind}");
            Assert.That(trainer.Trainer.LastCommitFailure, Is.Not.Null, $"kind {kind}");
            await trainer.DisposeAsync();
        }
    }

    [Test]
    public async Task A_store_that_fails_at_any_call_loses_nothing_that_was_reported()
    {
        var (tried, failures) = (0, 0);
        for (var seed = 0; seed < 30; seed++, tried++)
        {
            var random = new Random(seed);
            var store = new CopiedStore();
            using var maker = await ChainMaker.OpenAsync(store);
            SortedDictionary<string, string>? reported = null;
            var uncertain = new List<SortedDictionary<string, string>>();
            var (calls, failAt) = (0, random.Next(1, 120));
            store.Before = what =>
            {
                if (++calls < failAt || calls > failAt + seed % 3) return;
                throw (seed % 4) switch
                {
                    0 => new SnapshotException(SnapshotFault.Storage, what, "an answer", "none."),
                    1 => new IOException($"{what} failed"),
                    2 => new UnauthorizedAccessException($"{what} is not allowed"),
                    _ => new TimeoutException($"{what} took too long"),
                };
            };
            for (var commit = 0; commit < 8; commit++)
            {
                maker.Learn(seed * 100 + commit);
                var state = SetState.Of(maker.Tables);
                try
                {
                    await maker.CommitAsync(commit);
                    (reported, uncertain) = (state, []);
                }
                catch (Exception e) when (e is SnapshotException or IOException or UnauthorizedAccessException or TimeoutException)
                {
                    uncertain.Add(state);
                    failures++;
                }
            }
            store.Before = null;
            var (restored, refused) = await ChainMaker.RestoredAsync(store);
            Assert.That(restored, Is.Not.Null, $"seed {seed}: {refused}");
            uncertain.Add(reported ?? SetState.Of(ChainMaker.Set()));
            Assert.That(uncertain.Any(one => SetState.Difference(one, restored!) is null), Is.True,
                $"seed {seed}: neither what was reported nor what failed afterwards");
        }
        TestContext.Out.WriteLine($"tried {tried}, failures {failures}");
        Assert.That(failures, Is.GreaterThan(10));
    }

    [Test]
    public async Task A_disk_that_is_full_keeps_the_newest_commit_and_training_ends_the_same()
    {
        var (tried, full) = (0, 0);
        await using var reference = new SmallTrainer(null, 9);
        await reference.RunAsync(240);
        var expected = SetState.Of(reference.Tables);
        for (var seed = 0; seed < 25; seed++, tried++)
        {
            var store = new CopiedStore { Room = 4_000 + seed * 1500 };
            await using (var trainer = new SmallTrainer(
                store, 9, options => options.Synchronization.Failures.RetryAfter = TimeSpan.FromTicks(1)))
            {
                try
                {
                    await trainer.RunAsync(240);
                }
                catch (SnapshotException refused)
                {
                    TestContext.Out.WriteLine($"seed {seed}: {refused.Message}");
                }
                if (trainer.Trainer.LastCommitFailure is not null) full++;
                if (trainer.Trainer.Examples == 240)
                    Assert.That(SetState.Difference(expected, SetState.Of(trainer.Tables)), Is.Null, $"seed {seed}");
            }
            store.Room = long.MaxValue;
            await using var again = new SmallTrainer(store, 9);
            while (again.Trainer.Examples < 240)
            {
                var before = again.Trainer.Examples;
                await again.RunAsync(240);
                if (again.Trainer.Examples == before) break;
            }
            Assert.That(again.Trainer.Examples, Is.GreaterThanOrEqualTo(240));
        }
        TestContext.Out.WriteLine($"tried {tried}, full {full}");
        Assert.That(full, Is.GreaterThan(0));
    }

    [Test]
    public async Task Two_stores_of_one_folder_fold_clean_and_commit_side_by_side()
    {
        using var maker = await ChainMaker.OpenAsync(new FileSnapshotStore(_folder));
        maker.Learn(0);
        await maker.CommitAsync(0);
        using var stop = new CancellationTokenSource();
        async Task Fold()
        {
            var other = new FileSnapshotStore(_folder);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await SnapshotCompactor.CompactAsync(other);
                    await SnapshotCompactor.RetainAsync(other, new() { Commits = 1, Age = TimeSpan.Zero });
                }
                catch (SnapshotException lost) when (lost.Fault is SnapshotFault.Refused or SnapshotFault.Missing)
                {
                }
            }
        }
        var folds = new[] { Task.Run(Fold), Task.Run(Fold) };
        var commits = 0;
        for (; commits < 30; commits++)
        {
            maker.Learn(commits);
            await maker.CommitAsync(commits);
        }
        stop.Cancel();
        await Task.WhenAll(folds);
        var (state, refused) = await ChainMaker.RestoredAsync(new FileSnapshotStore(_folder));
        Assert.That(state, Is.Not.Null, refused);
        Assert.That(SetState.Difference(SetState.Of(maker.Tables), state!), Is.Null, $"after {commits} commits");
    }
}
