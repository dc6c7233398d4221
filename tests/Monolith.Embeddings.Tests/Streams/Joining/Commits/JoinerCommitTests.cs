using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Streams.Joining.Journal;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining.Commits;

/// <summary>Open impressions belong to the commits of the trainer that learns from them.</summary>
public class JoinerCommitTests : LeakChecked
{
    private string _folder = "";

    [SetUp]
    public void NameFolder() => _folder = Path.Combine(Path.GetTempPath(), $"monolith-test-{Guid.NewGuid():N}");

    [TearDown]
    public void DeleteFolder()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_trainer_that_is_killed_again_and_again_comes_to_the_same_bits([Values(1, 2, 3)] int seed)
    {
        var store = new MemorySnapshotStore();
        var random = new Random(seed);
        for (var kill = 0; kill < 8; kill++) await JoinedTraining.KilledAsync(store, _folder, random.Next(1, 20));
        await JoinedTraining.ToEndAsync(store, _folder);
        Assert.That(await JoinedTraining.FromAsync(store), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task A_store_that_fails_meanwhile_loses_nothing()
    {
        var store = new FaultyStore();
        var batches = 0;
        await JoinedTraining.ToEndAsync(store, _folder, (_, options) => options.Scored = (_, _) =>
        {
            batches++;
            (store.IsFull, store.LosesAnswers, store.RefusesManifests) =
                (batches is > 5 and < 20, batches is > 30 and < 45, batches is > 55 and < 70);
        });
        Assert.That(await JoinedTraining.FromAsync(store), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task A_back_up_has_the_open_impressions()
    {
        var (store, backups, target) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        await JoinedTraining.KilledAsync(store, _folder, 40);
        await SnapshotBackup.CreateAsync(store, backups);
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        await JoinedTraining.ToEndAsync(store, _folder);
        await SnapshotBackup.RestoreAsync(backups, target);
        Assert.That(await LivingAsync(target), Is.Not.Empty);
        await JoinedTraining.ToEndAsync(target, _folder);
        Assert.That(await JoinedTraining.FromAsync(target), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task Any_commit_that_is_kept_can_be_gone_back_to()
    {
        var store = new MemorySnapshotStore();
        await JoinedTraining.KilledAsync(store, _folder, 50);
        for (var left = 4; left > 0; left--)
        {
            var commits = (await ManifestAsync(store)).Commits.Select(commit => commit.Number).Distinct().ToList();
            Assert.That(commits, Has.Count.GreaterThan(1));
            await SnapshotBackup.RestoreCommitAsync(store, commits.Order().Reverse().ElementAt(1));
            await JoinedTraining.KilledAsync(store, _folder, 10);
        }
        await JoinedTraining.ToEndAsync(store, _folder);
        Assert.That(await JoinedTraining.FromAsync(store), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task A_damaged_segment_is_found_by_verifying_and_refused_by_its_name()
    {
        var store = new DamagingStore();
        await JoinedTraining.KilledAsync(store, _folder, 40);
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
        var segment = (await LivingAsync(store))[0];
        foreach (var isCut in new[] { false, true })
        {
            store.Damage(segment.File.Name, segment.File.Length / 2, isCut);
            var problems = (await SnapshotInspector.VerifyAsync(store)).Problems;
            Assert.That(problems.Select(problem => problem.File), Does.Contain(segment.File.Name));
            var refusal = Assert.ThrowsAsync<SnapshotException>(() => JoinedTraining.ToEndAsync(store, _folder));
            Assert.That(refusal!.ToString(), Does.Contain(segment.File.Name));
        }
        store.Heal();
        await JoinedTraining.ToEndAsync(store, _folder);
        Assert.That(await JoinedTraining.FromAsync(store), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task A_trainer_that_was_replaced_adds_nothing()
    {
        var store = new MemorySnapshotStore();
        var batches = 0;
        await using var old = new JoinedTraining(store, _folder, (_, options) => options.Scored = (_, _) =>
        {
            // Another trainer goes on from its newest commit while it sleeps.
            if (++batches == 30) JoinedTraining.KilledAsync(store, _folder, 10).GetAwaiter().GetResult();
        });
        var fenced = Assert.ThrowsAsync<SnapshotException>(() => old.Trainer.RunAsync());
        Assert.That(fenced!.IsReplaced, Is.True);
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
        await JoinedTraining.ToEndAsync(store, _folder);
        Assert.That(await JoinedTraining.FromAsync(store), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task Another_window_is_refused_with_both_and_another_store_is_taken()
    {
        var store = new MemorySnapshotStore();
        await JoinedTraining.KilledAsync(store, _folder, 30);
        var refusal = Assert.ThrowsAsync<SnapshotException>(
            () => JoinedTraining.ToEndAsync(store, _folder, (joining, _) => joining.Window = TimeSpan.FromSeconds(20)));
        Assert.That(refusal!.Message, Does.Contain("00:00:15").And.Contain("00:00:20").And.Contain("Window"));
        await JoinedTraining.ToEndAsync(store, _folder, (joining, _) => joining.Store = new() { MemoryBytes = long.MaxValue });
        Assert.That(await JoinedTraining.FromAsync(store), Is.EqualTo(await WholeAsync()));
    }

    [Test]
    public async Task What_is_closed_and_forgotten_leaves_the_store()
    {
        var store = new MemorySnapshotStore();
        var newest = new SnapshotRetention { Commits = 1, Age = TimeSpan.Zero };
        await JoinedTraining.ToEndAsync(store, _folder, (_, options) => options.Synchronization.Retention = newest);
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, newest);
        var living = await LivingAsync(store);
        var files = (await store.ListAsync()).Where(file => file.Name.Contains("segment", StringComparison.Ordinal)).ToList();
        Assert.That(files.Select(file => file.Name), Is.EquivalentTo(living.Select(segment => segment.File.Name)));
        Assert.That(living, Has.Count.LessThan(60));
    }

    private static async Task<IReadOnlyList<SnapshotSegment>> LivingAsync(SnapshotStore store)
    {
        var manifest = await ManifestAsync(store);
        return manifest.SegmentsOf(manifest.Newest!);
    }

    private static async Task<SnapshotManifest> ManifestAsync(SnapshotStore store) =>
        (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;

    private async Task<string[]> WholeAsync()
    {
        var store = new MemorySnapshotStore();
        await JoinedTraining.ToEndAsync(store, _folder);
        return await JoinedTraining.FromAsync(store);
    }
}
