using Microsoft.Extensions.Options;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Compaction;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Folding;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Compaction;

/// <summary>A full that was made of a chain restores what the chain restores.</summary>
public sealed class SnapshotCompactorTests : LeakChecked
{
    private const long OneId = FoldingIndex.IdBytes;

    [Test]
    public async Task A_folded_chain_restores_the_same_bits([Range(0, 11)] int seed)
    {
        var (store, states, random) = (new MemorySnapshotStore(), new ChainStates(), new Random(seed));
        for (var life = 0; life < 4; life++)
        {
            // Trainers of other stripes in one chain: blocks of one file lie across those of another.
            using (var trained = await TrainedChain.OpenAsync(store, random.Next(), 1 << random.Next(5), states))
            {
                for (var commits = random.Next(1, 6); commits > 0; commits--)
                {
                    trained.Train(random.Next(40));
                    await trained.CommitAsync();
                }
            }
            var before = await Manifest(store);
            var full = await CompactAsync(store, before, OneId * (1 << random.Next(12)));
            await AssertFoldedAsync(store, before, full!);
            if (life % 2 == 0) await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        }
        using var last = await TrainedChain.OpenAsync(store, 0, 8, states);
        Assert.That(last.Chain.Newest!.Kind, Is.EqualTo(SnapshotKind.Full));
    }

    [Test]
    public async Task Colliding_ids_are_folded_too()
    {
        var (store, states) = (new MemorySnapshotStore(), new ChainStates());
        using (var trained = await TrainedChain.OpenAsync(store, 3, 1, states, hashMask: 0xF0))
        {
            for (var i = 0; i < 4; i++)
            {
                trained.Train(50);
                await trained.CommitAsync();
            }
        }
        await CompactAsync(store, await Manifest(store), 5 * OneId);
        using var restored = await TrainedChain.OpenAsync(store, 0, 1, states, hashMask: 0xF0);
        Assert.That(restored.Chain.Newest!.Kind, Is.EqualTo(SnapshotKind.Full));
    }

    [Test]
    public async Task Training_goes_on_behind_a_compaction_and_nothing_is_left_to_do_twice()
    {
        var (store, states) = (new MemorySnapshotStore(), new ChainStates());
        Assert.That(await SnapshotCompactor.CompactAsync(store), Is.Null);
        using var trained = await TrainedChain.OpenAsync(store, 5, 4, states);
        Assert.That(await SnapshotCompactor.CompactAsync(store), Is.Null);
        trained.Train(50);
        var first = await trained.CommitAsync();
        Assert.That(await SnapshotCompactor.CompactAsync(store), Is.EqualTo(first));
        trained.Train(50);
        var second = await trained.CommitAsync();
        var full = await SnapshotCompactor.CompactAsync(store);
        Assert.That((full!.Number, full.Kind, full.Created), Is.EqualTo((2ul, SnapshotKind.Full, second.Created)));
        Assert.That(await SnapshotCompactor.CompactAsync(store), Is.EqualTo(full));
        trained.Train(50);
        await trained.CommitAsync();
        Assert.That((await Manifest(store)).NewestChain.Select(c => (c.Number, c.Kind)),
            Is.EqualTo(new[] { (2ul, SnapshotKind.Full), (3ul, SnapshotKind.Delta) }));
        using var restored = await TrainedChain.OpenAsync(store, 0, 1, states);
        Assert.That(restored.Chain.Newest!.Number, Is.EqualTo(3));
    }

    [Test]
    public async Task Where_commits_have_no_file_for_replicas_the_full_has_none()
    {
        var store = new MemorySnapshotStore();
        using var trained = await TrainedChain.OpenAsync(store, 5, serving: false);
        await trained.CommitAsync();
        trained.Train(30);
        await trained.CommitAsync();
        Assert.That((await SnapshotCompactor.CompactAsync(store))!.Serving, Is.Null);
    }

    [Test]
    public async Task Whoever_comes_second_gets_what_the_first_one_made()
    {
        var store = new MemorySnapshotStore();
        using var trained = await TrainedChain.OpenAsync(store, 5);
        await trained.CommitAsync();
        trained.Train(30);
        await trained.CommitAsync();
        var fulls = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SnapshotCompactor.CompactAsync(store))));
        Assert.That(fulls.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(6), "Files of those who lost are gone.");
    }

    [Test]
    public async Task A_chain_that_is_dropped_while_it_is_folded_is_folded_anew()
    {
        var inner = new MemorySnapshotStore();
        var store = new HookedStore(inner);
        using var trained = await TrainedChain.OpenAsync(inner, 5);
        await trained.CommitAsync();
        trained.Train(30);
        await trained.CommitAsync();
        SnapshotCommit? full = null;
        store.BeforeReplace = async () =>
        {
            store.BeforeReplace = null;
            full = await trained.CommitAsync(full: true);
            await SnapshotCompactor.RetainAsync(inner, new() { Commits = 1, Age = TimeSpan.Zero });
        };
        Assert.That(await SnapshotCompactor.CompactAsync(store), Is.EqualTo(full));
        Assert.That((await inner.ListAsync()).Select(f => f.Name), Is.EquivalentTo(full!.Files.Select(f => f.Name)));
    }

    [Test]
    public async Task Damage_and_cancellation_leave_the_store_as_it_was()
    {
        var store = new MemorySnapshotStore();
        using var trained = await TrainedChain.OpenAsync(store, 5);
        for (var i = 0; i < 3; i++)
        {
            trained.Train(30);
            await trained.CommitAsync();
        }
        var (files, manifest) = (await store.ListAsync(), await store.ReadManifestAsync());
        using (var cancellation = new CancellationTokenSource())
        {
            var progress = new Told(p =>
            {
                if (p.Phase == SnapshotPhase.Publishing) cancellation.Cancel();
            });
            Assert.That(async () => await SnapshotCompactor.CompactAsync(store, progress: progress, cancellationToken: cancellation.Token),
                Throws.InstanceOf<OperationCanceledException>());
        }
        Assert.That((await store.ListAsync(), (await store.ReadManifestAsync())!.Token), Is.EqualTo((files, manifest!.Token)));

        var damaged = SnapshotManifest.Parse(manifest.Bytes.Span).Commits[1].Training.Name;
        using var file = await store.OpenAsync(damaged);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        bytes[^100] ^= 1;
        await store.DeleteAsync(damaged);
        store.Commit(damaged, bytes);
        Assert.That(async () => await SnapshotCompactor.CompactAsync(store),
            Throws.TypeOf<SnapshotException>().With.Property("File").EqualTo(damaged));
        Assert.That((await store.ListAsync(), (await store.ReadManifestAsync())!.Token), Is.EqualTo((files, manifest.Token)));
        Assert.That(() => SnapshotCompactor.CompactAsync(store, new() { IndexBytes = 1 }), Throws.TypeOf<OptionsValidationException>());
    }

    [Test]
    public async Task Progress_ends_with_all_rows()
    {
        var store = new MemorySnapshotStore();
        using var trained = await TrainedChain.OpenAsync(store, 5);
        for (var i = 0; i < 3; i++)
        {
            trained.Train(60);
            await trained.CommitAsync();
        }
        var told = new List<SnapshotProgress>();
        await SnapshotCompactor.CompactAsync(store, progress: new Told(told.Add));
        var folding = told.FindAll(p => p.Phase == SnapshotPhase.Compacting);
        Assert.That(folding.Select(p => p.Rows), Is.Ordered);
        Assert.That(folding[^1].Rows, Is.EqualTo(folding[^1].TotalRows).And.GreaterThan(0));
    }

    private static async Task<SnapshotManifest> Manifest(SnapshotStore store) =>
        SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);

    private static async Task<SnapshotCommit?> CompactAsync(SnapshotStore store, SnapshotManifest manifest, long indexBytes) =>
        manifest.Newest!.Kind == SnapshotKind.Full ? manifest.Newest : await new FoldAttempt(
            store, manifest, indexBytes, null, default).RunAsync();

    // Whole, of the right ranges, and as small as one that the trainer would write.
    private static async Task AssertFoldedAsync(SnapshotStore store, SnapshotManifest before, SnapshotCommit full)
    {
        var after = await Manifest(store);
        Assert.That(after.Newest, Is.EqualTo(full));
        using var training = await SnapshotContents.OpenAsync(store, after.Chain, full, isServing: false, default);
        training.Reader.Verify();
        using var serving = await SnapshotContents.OpenAsync(store, after.Chain, full, isServing: true, default);
        Assert.That(serving.NamedSections, Is.EqualTo(new[] { "model" }));
        Assert.That(serving.Tables.Select(t => t.Rows), Is.EqualTo(training.Tables.Select(t => t.Rows)));
        Assert.That(training.Header.To, Is.EqualTo(before.Newest!.To));
        foreach (var table in training.Tables)
        {
            foreach (var (_, entry, rows) in training.Reader.Read(table.RowBlocks))
            {
                for (var at = 0; at < rows.Length; at += table.Records.RecordBytes)
                    entry.Range.Require(training.Name, RowRecord.KeyOf(rows.Span[at..]));
            }
        }
    }

    private sealed class Told(Action<SnapshotProgress> action) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => action(value);
    }
}
