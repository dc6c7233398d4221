using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>What the meter shows of replicas and predictions.</summary>
public class ReplicaMeterTests : LeakChecked
{
    private readonly string _name = "metered " + Guid.NewGuid();

    [Test]
    public async Task Version_age_lag_and_changes_are_shown()
    {
        using var trained = new TrainedModel();
        await CommitAsync(trained);
        using var measured = new Measured("monolith.replica");
        var replica = await OpenAsync(trained);
        for (var i = 0; i < 3; i++) await CommitAsync(trained);
        await replica.CatchUpAsync();
        trained.Time.Advance(TimeSpan.FromSeconds(9));
        var now = measured.Now();
        double Of(string name) => now[$"monolith.replica.{name} replica={_name}"];
        Assert.Multiple(() =>
        {
            Assert.That(Of("version"), Is.EqualTo(4));
            Assert.That(Of("commit.age"), Is.EqualTo(9));
            Assert.That(Of("lag"), Is.Zero);
            Assert.That(Of("memory"), Is.EqualTo(replica.MemoryBytes));
            Assert.That(Of("refused_rows"), Is.Zero);
            Assert.That(Of("event_time.lag"), Is.EqualTo((trained.Time.GetUtcNow() - replica.Version.EventTime).TotalSeconds));
            Assert.That(replica.Version.EventTime, Is.EqualTo(trained.Tables.Tables.Max(table => table.NewestEventTime)));
        });
        await replica.DisposeAsync();
        Assert.That(measured.Now().Keys.Any(key => key.Contains(_name)), Is.False, "it is gone");
    }

    [Test]
    public async Task Failures_are_counted_by_why()
    {
        var store = new FaultyStore(new MemorySnapshotStore());
        using var trained = new TrainedModel(store);
        await CommitAsync(trained);
        await using var replica = await OpenAsync(trained);
        using var measured = new Measured("monolith.replica.failures");
        await CommitAsync(trained);
        store.Fault = FaultyStore.NoManifest;
        Assert.That(() => replica.CatchUpAsync(), Throws.InstanceOf<SnapshotException>());
        store.Fault = "";
        Assert.That(measured.Since("monolith.replica.failures kind=storage"), Is.EqualTo(1));
        await replica.CatchUpAsync();
        Assert.That(measured.Since("monolith.replica.failures kind=storage"), Is.EqualTo(1));
    }

    [Test]
    public async Task Predictions_candidates_and_unknown_ids_are_counted()
    {
        using var trained = new TrainedModel();
        await CommitAsync(trained);
        await using var replica = await OpenAsync(trained);
        using var measured = new Measured("monolith.prediction");
        using var request = replica.Rent(3);
        foreach (var id in new[] { -5L, -6L, -6L }) request.Add().Id(request.Schema.Slots[2], id);
        replica.Predict(request, new float[3]);
        Assert.Multiple(() =>
        {
            Assert.That(measured.Since($"monolith.prediction.candidates replica={_name}"), Is.EqualTo(3));
            Assert.That(measured.Since($"monolith.prediction.unknown_ids replica={_name} table=items"), Is.EqualTo(2), "distinct ones");
            Assert.That(measured.Since($"monolith.prediction.ids replica={_name} table=items"), Is.EqualTo(2));
            Assert.That(measured.Has($"monolith.prediction.duration replica={_name}"));
        });
    }

    [Test]
    public async Task A_prediction_allocates_nothing_whether_somebody_listens_or_not([Values] bool listens)
    {
        using var trained = new TrainedModel();
        await CommitAsync(trained);
        await using var replica = await OpenAsync(trained);
        using var measured = listens ? new Measured("monolith.prediction.candidates") : null;
        using var request = replica.Rent(3);
        for (var i = 0; i < 3; i++) request.Add().Id(request.Schema.Slots[2], i);
        var (scores, allocated) = (new float[3], 0L);
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++) replica.Predict(request, scores);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        // What the test's own listener makes of names is not the library's.
        if (!listens) Assert.That(allocated, Is.Zero);
        else Assert.That(measured!.Since($"monolith.prediction.candidates replica={_name}"), Is.EqualTo(450));
    }

    [Test]
    public void A_name_is_required()
    {
        var errors = new OptionErrors();
        new ModelReplicaOptions { Name = " " }.CollectErrors(errors);
        new LivePredictorOptions { Name = "" }.CollectErrors(errors);
        Assert.That(errors.Errors.Select(error => error.Path), Is.EqualTo(new[] { "Name", "Name" }));
    }

    private static Task<SnapshotCommit> CommitAsync(TrainedModel trained)
    {
        trained.Train();
        return trained.CommitAsync();
    }

    private Task<ModelReplica> OpenAsync(TrainedModel trained)
    {
        var options = trained.Options();
        options.Name = _name;
        return ModelReplica.OpenAsync(trained.Store, trained.CreateModel(), options, trained.Time);
    }
}
