using System.Diagnostics;
using System.Reflection;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Architecture;
using Monolith.Embeddings.Tests.Serving;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>The spans of what happens by itself, and the page that lists them.</summary>
public class SpanTests : LeakChecked
{
    [Test]
    public void The_page_on_traces_lists_every_span_and_tag()
    {
        var page = File.ReadAllLines(Path.Combine(SourceFiles.Repository, "docs", "operations", "traces.md"));
        Assert.That(Listed("| `monolith."), Is.EquivalentTo(Constants(typeof(SpanNames)).Concat(Constants(typeof(SpanTags)))));

        IEnumerable<string> Listed(string beginning) =>
            page.Where(line => line.StartsWith(beginning, StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
    }

    [Test]
    public async Task A_trainer_leaves_spans_of_takeover_commits_evictions_and_folds()
    {
        using var spans = new RecordedSpans();
        var store = new MemorySnapshotStore();
        await using (var trainer = new TrainerUnderTest(store, 30, o => o.Synchronization.CompactAfterDeltas = 5))
            await trainer.Trainer.RunAsync();
        await using (var again = new TrainerUnderTest(store, 31)) await again.Trainer.RunAsync();
        Assert.That(spans.Of(SpanNames.TakeOver), Has.Count.EqualTo(2));
        Assert.That(spans.Of(SpanNames.Commit).Count, Is.EqualTo(31));
        Assert.That(spans.Of(SpanNames.Fold), Is.Not.Empty);
        Assert.That(spans.All.Select(span => span.Status).Distinct(), Is.EqualTo(new[] { ActivityStatusCode.Unset }));
        var first = spans.Of(SpanNames.Commit)[0];
        Assert.That((first.GetTagItem(SpanTags.Commit), first.GetTagItem(SpanTags.Kind)), Is.EqualTo((1L, "full")));
        Assert.That((long)first.GetTagItem(SpanTags.Bytes)!, Is.Positive);
        Assert.That((long)first.GetTagItem(SpanTags.Rows)!, Is.Positive);
        var restored = spans.Of(SpanNames.Restore).Where(span => span.GetTagItem(SpanTags.Commit) is not null).ToList();
        Assert.That(restored.Single().GetTagItem(SpanTags.Commit), Is.EqualTo(30L));
        Assert.That(restored[0].ParentId, Is.EqualTo(spans.Of(SpanNames.TakeOver)[1].Id), "part of it");
    }

    [Test]
    public async Task A_commit_that_fails_says_why()
    {
        using var spans = new RecordedSpans();
        var store = new Monolith.Embeddings.Tests.Snapshots.FaultyStore();
        using var trained = new TrainedModel(store);
        trained.Train();
        store.RefusesManifests = true;
        var failure = Assert.ThrowsAsync<SnapshotException>(() => trained.CommitAsync());
        var span = spans.Of(SpanNames.Commit).Single();
        Assert.That((span.Status, span.StatusDescription), Is.EqualTo((ActivityStatusCode.Error, failure!.Message)));
        Assert.That(span.Events.Single().Name, Is.EqualTo("exception"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_replica_leaves_spans_of_loads_and_deltas([Values] bool isDamaged)
    {
        using var spans = new RecordedSpans();
        using var trained = new TrainedModel();
        var store = new Monolith.Embeddings.Tests.Serving.FaultyStore(trained.Store);
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync(store: store);
        trained.Train();
        var next = await trained.CommitAsync();
        if (isDamaged) store.DamagedName = next.Serving!.Name;
        if (isDamaged) Assert.That(() => replica.CatchUpAsync(), Throws.TypeOf<SnapshotException>());
        else await replica.CatchUpAsync();
        var (load, delta) = (spans.Of(SpanNames.ReplicaLoad).Single(), spans.Of(SpanNames.ReplicaDelta).Single());
        Assert.That((load.GetTagItem(SpanTags.Commit), load.Events.Single().Name), Is.EqualTo((1L, "swapped")));
        Assert.That((delta.GetTagItem(SpanTags.Commit), delta.GetTagItem(SpanTags.Replica)), Is.EqualTo((2L, "replica")));
        Assert.That(delta.Status, Is.EqualTo(isDamaged ? ActivityStatusCode.Error : ActivityStatusCode.Unset));
        Assert.That(delta.Events.Select(e => e.Name), Is.EqualTo(isDamaged ? new[] { "exception" } : []));
        if (isDamaged) Assert.That(delta.StatusDescription, Is.EqualTo(replica.LastFailure!.Message));
    }

    [Test]
    public void What_is_cancelled_has_not_failed()
    {
        using var spans = new RecordedSpans();
        using (var span = EmbeddingTrace.Begin(SpanNames.Fold))
            Assert.That(span.IsFailed(new OperationCanceledException("stopped")), Is.False, "nothing is caught");
        var fold = spans.Of(SpanNames.Fold)[^1];
        Assert.That((fold.Status, fold.Events.Single().Name), Is.EqualTo((ActivityStatusCode.Unset, "exception")));
    }

    [Test]
    public void Without_a_listener_there_is_no_span_and_nothing_is_allocated()
    {
        var (failure, allocated, spans) = (new IOException("x"), 0L, 0);
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                using var span = EmbeddingTrace.Begin(SpanNames.Commit);
                spans += span is null ? 0 : 1;
                span.IsFailed(failure);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That((allocated, spans), Is.EqualTo((0L, 0)));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
}
