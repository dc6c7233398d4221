using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Replicas that start before their trainer has committed anything.</summary>
public class ReplicaStartupTests : LeakChecked
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);

    [Test]
    public async Task By_default_a_store_without_a_commit_is_refused([Values] bool hasChain)
    {
        using var trained = new TrainedModel(hasChain ? null : new MemorySnapshotStore());
        var store = hasChain ? trained.Store : new MemorySnapshotStore();
        Assert.That(async () => await trained.OpenAsync(store: store),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Missing));
        await Task.CompletedTask;
    }

    [Test]
    public async Task It_waits_for_the_first_commit([Values] bool hasFactory)
    {
        using var trained = new TrainedModel();
        var opening = hasFactory
            ? ModelReplica.OpenAsync(
                trained.Store, _ => trained.CreateModel(), Options(trained, ReplicaStartup.WaitForCommit), trained.Time)
            : ModelReplica.OpenAsync(
                trained.Store, trained.CreateModel(), Options(trained, ReplicaStartup.WaitForCommit), trained.Time);
        await AdvanceAsync(trained, looks: 3);
        Assert.That(opening.IsCompleted, Is.False);
        trained.Train();
        await trained.CommitAsync();
        await AdvanceAsync(trained, looks: 1);
        await using var replica = await opening;
        Assert.That(replica.IsReady);
        trained.AssertEquals(replica);
        await replica.WaitUntilReadyAsync();
    }

    [Test]
    public async Task The_wait_can_be_cancelled_and_leaves_nothing()
    {
        using var trained = new TrainedModel();
        using var cancel = new CancellationTokenSource();
        var model = new Watched(trained.CreateModel());
        var opening = ModelReplica.OpenAsync(
            trained.Store, model, Options(trained, ReplicaStartup.WaitForCommit), trained.Time, cancel.Token);
        await AdvanceAsync(trained, looks: 2);
        await cancel.CancelAsync();
        Assert.That(async () => await opening, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(model.IsDisposed);
    }

    [Test]
    public async Task Opened_before_the_first_commit_it_says_so_and_refuses_until_it_is_ready([Values] bool hasFactory)
    {
        using var trained = new TrainedModel();
        var options = Options(trained, ReplicaStartup.OpenNotReady);
        await using var replica = hasFactory
            ? await ModelReplica.OpenAsync(trained.Store, _ => trained.CreateModel(), options, trained.Time)
            : await ModelReplica.OpenAsync(trained.Store, trained.CreateModel(), options, trained.Time);
        AssertNotReady(replica);
        Assert.That(() => replica.Rent(1), Throws.TypeOf<ReplicaNotReadyException>().With.Message.Contains("nothing was committed"));
        Assert.That(() => replica.Lookup("users", [1], new float[6]), Throws.TypeOf<ReplicaNotReadyException>());
        var ready = replica.WaitUntilReadyAsync();
        Assert.That(await replica.CatchUpAsync(), Is.False);
        Assert.That((ready.IsCompleted, replica.LastFailure), Is.EqualTo((false, (Exception?)null)));
        trained.Train();
        await trained.CommitAsync();
        // By itself: polling goes on from the start.
        await AdvanceAsync(trained, looks: 1);
        await ready;
        trained.AssertEquals(replica);
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Following));
        trained.Train();
        await trained.CommitAsync();
        await replica.CatchUpAsync();
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task With_the_initial_model_it_answers_over_tables_without_rows()
    {
        using var trained = new TrainedModel();
        await using var replica = await ModelReplica.OpenAsync(
            trained.Store, trained.CreateModel(), Options(trained, ReplicaStartup.OpenWithInitialModel), trained.Time);
        AssertNotReady(replica);
        using var request = replica.Rent(2);
        request.Shared.Id(trained.Slots[0], TrainedModel.Id(4));
        request.Add().Id(trained.Slots[2], 5).Dense(0, 0.5f);
        request.Add().Id(trained.Slots[2], 6).Dense(0, -2);
        var scores = new float[2];
        replica.Predict(request, scores);
        Assert.That(Bits.Of(scores), Is.EqualTo(Bits.Of(Initial(trained, 0.5f, -2))));
        Assert.That(replica.Lookup("users", [TrainedModel.Id(4)], new float[6]), Is.Zero);
        trained.Train();
        await trained.CommitAsync();
        await replica.CatchUpAsync();
        trained.AssertEquals(replica);
        // A request from before goes on with what there is now.
        replica.Predict(request, scores);
        Assert.That(Bits.Of(scores), Is.Not.EqualTo(Bits.Of(Initial(trained, 0.5f, -2))));
    }

    [Test]
    public void A_factory_has_no_initial_model()
    {
        using var trained = new TrainedModel();
        Assert.That(
            () => ModelReplica.OpenAsync(trained.Store, _ => null, Options(trained, ReplicaStartup.OpenWithInitialModel), trained.Time),
            Throws.ArgumentException.With.Message.Contains("OpenWithInitialModel"));
    }

    [Test]
    public async Task A_first_commit_of_another_schema_is_a_failure_that_health_tells()
    {
        using var trained = new TrainedModel();
        using var other = new TrainedModel(slots: 2);
        await using var replica = await ModelReplica.OpenAsync(
            trained.Store, other.CreateModel(), Options(trained, ReplicaStartup.OpenNotReady), trained.Time);
        trained.Train();
        await trained.CommitAsync();
        Assert.That(async () => await replica.CatchUpAsync(), Throws.TypeOf<SnapshotException>());
        AssertNotReady(replica);
        Assert.That(replica.GetHealth().Description, Does.Contain("No commit yet").And.Contain("slot 'more-1'"));
        Assert.That(() => replica.Rent(1), Throws.TypeOf<ReplicaNotReadyException>().With.InnerException.SameAs(replica.LastFailure));
    }

    [Test]
    public async Task A_delta_that_comes_first_is_made_good_from_the_store()
    {
        using var trained = new TrainedModel();
        await using var replica = await ModelReplica.OpenAsync(
            trained.Store, trained.CreateModel(), Options(trained, ReplicaStartup.OpenNotReady, Timeout.InfiniteTimeSpan), trained.Time);
        trained.Train();
        await trained.CommitAsync();
        trained.Train();
        var delta = await trained.DeltaAsync(await trained.CommitAsync());
        Assert.That(async () => await replica.ApplyAsync(delta),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused));
        await replica.FollowAsync(Only(delta));
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task Who_waits_for_a_replica_that_is_disposed_is_told()
    {
        using var trained = new TrainedModel();
        var model = new Watched(trained.CreateModel());
        var replica = await ModelReplica.OpenAsync(
            trained.Store, model, Options(trained, ReplicaStartup.OpenNotReady), trained.Time);
        var ready = replica.WaitUntilReadyAsync();
        await replica.DisposeAsync();
        Assert.That(async () => await ready, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => replica.Rent(1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(model.IsDisposed);
    }

    [Test]
    public async Task Health_tells_a_commit_that_is_too_old_and_a_store_that_fails()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        await using var replica = await trained.OpenAsync(store: store);
        trained.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Following));
        Assert.That(replica.GetHealth(TimeSpan.FromMinutes(5)).Status, Is.EqualTo(ReplicaStatus.Following));
        Assert.That(replica.GetHealth(TimeSpan.FromMinutes(4)).Status, Is.EqualTo(ReplicaStatus.Behind));
        store.Fault = FaultyStore.NoManifest;
        Assert.That(async () => await replica.CatchUpAsync(), Throws.TypeOf<SnapshotException>());
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Failing));
        Assert.That(replica.GetHealth().Description, Does.Contain("Serves commit 1").And.Contain("a failure of the medium"));
    }

    private static void AssertNotReady(ModelReplica replica)
    {
        Assert.That((replica.IsReady, replica.Version, replica.GetHealth().Status),
            Is.EqualTo((false, ReplicaVersion.None, ReplicaStatus.NotReady)));
    }

    // All embeddings are zeros; the dense weights are the first ones of the model.
    private static float[] Initial(TrainedModel trained, params float[] dense)
    {
        using var model = trained.CreateModel();
        var batch = new FeatureBatch(trained.Schema);
        foreach (var value in dense)
        {
            batch.BeginRow().Dense(0, value);
            batch.EndRow();
        }
        var inputs = new FeatureBlocks(trained.Schema.Layout);
        inputs.Resize(dense.Length);
        inputs.Clear();
        batch.Dense.CopyTo(inputs.Dense);
        var logits = new float[dense.Length];
        model.Predict(new PredictContext(inputs, batch, logits));
        return [.. logits.Select(Logistic.Sigmoid)];
    }

    private static ModelReplicaOptions Options(TrainedModel trained, ReplicaStartup startup, TimeSpan? poll = null)
    {
        var options = trained.Options(pollEvery: poll ?? Poll);
        options.Startup = startup;
        return options;
    }

    // Each look at the store ends in a new timer.
    private static async Task AdvanceAsync(TrainedModel trained, int looks)
    {
        for (var i = 0; i < looks; i++)
        {
            await trained.Time.WaitForTimerAsync();
            trained.Time.Advance(Poll);
        }
    }

    private static async IAsyncEnumerable<DeltaSnapshot> Only(DeltaSnapshot delta)
    {
        await Task.Yield();
        yield return delta;
    }

    private sealed class Watched(OnlineModel inner) : OnlineModel
    {
        public bool IsDisposed { get; private set; }

        public override string Name => inner.Name;

        public override FeatureSchema Schema => inner.Schema;

        public override void Predict(in PredictContext context) => inner.Predict(in context);

        public override void Train(in TrainContext context) => inner.Train(in context);

        public override void Save(ModelSections sections) => inner.Save(sections);

        public override void Load(ModelSections sections) => inner.Load(sections);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
