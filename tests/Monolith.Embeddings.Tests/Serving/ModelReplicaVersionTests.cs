using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>New versions of a model: another schema, another dense shape.</summary>
public class ModelReplicaVersionTests : LeakChecked
{
    [Test]
    public async Task A_new_model_version_is_swapped_in_whole_and_open_requests_go_on_with_the_old_one(
        [Values(1, 2)] int slotsAfter, [Values(6, 9)] int hiddenAfter)
    {
        using var before = new TrainedModel(hidden: 6);
        using var after = new TrainedModel(seed: 2, hidden: hiddenAfter, slots: slotsAfter);
        await StartAsync(before, after);
        var store = new FaultyStore(before.Store);
        var made = new List<OnlineModel>();
        await using var replica = await ModelReplica.OpenAsync(store, Create, before.Options(), before.Time);
        before.AssertEquals(replica);
        using var request = replica.Rent(2);
        await AppendAsync(before, after);
        await replica.CatchUpAsync();
        Assert.That(replica.Version.Number, Is.EqualTo(2));
        AssertServes(replica, after);
        // The request was rented from the model before; its tables are those of then.
        request.Shared.Id(request.Schema.Slots[0], 1);
        request.Add().Id(request.Schema.Slots[2], 5);
        replica.Predict(request, new float[1]);
        Assert.That(request.Schema.Slots, Has.Count.EqualTo(3));

        OnlineModel? Create(ulong fingerprint)
        {
            // The second time for one schema, the dense shape is the newer one.
            var isAfter = fingerprint == after.Schema.Fingerprint && (slotsAfter > 1 || made.Count >= 2);
            made.Add(isAfter ? after.CreateModel() : before.CreateModel());
            return made[^1];
        }
    }

    [Test]
    public async Task A_new_version_has_outputs_of_its_own_and_an_open_request_keeps_the_old_ones([Values(1, 2)] int slotsAfter)
    {
        using var before = new TrainedModel(hidden: 6);
        using var after = new TrainedModel(seed: 2, hidden: 9, slots: slotsAfter);
        await StartAsync(before, after);
        var (store, made) = (before.Store, 0);
        await using var replica = await ModelReplica.OpenAsync(store, Create, before.Options(), before.Time);
        using var request = replica.Rent(1);
        await AppendAsync(before, after);
        await replica.CatchUpAsync();
        AssertOutputs(request, width: 3);
        using var next = replica.Rent(1);
        AssertOutputs(next, width: 4);

        // The factory is asked twice for each version.
        OnlineModel? Create(ulong fingerprint) =>
            made++ < 2 ? new OutputModel(before.CreateModel(), width: 3) : new OutputModel(after.CreateModel(), width: 4);

        void AssertOutputs(PredictionRequest asked, int width)
        {
            asked.Add().Id(asked.Schema.Slots[2], TrainedModel.Id(5));
            replica.PredictWithOutputs(asked, new float[1]);
            Assert.That((asked.Outputs[1].Width, asked.Output("sum").Length), Is.EqualTo((width, width)));
        }
    }

    [Test]
    public async Task With_a_fixed_model_a_new_version_is_refused_and_the_old_one_serves_on()
    {
        using var before = new TrainedModel();
        using var after = new TrainedModel(seed: 2, slots: 2);
        await StartAsync(before, after);
        await using var replica = await before.OpenAsync();
        await AppendAsync(before, after);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = Assert.ThrowsAsync<SnapshotException>(() => replica.CatchUpAsync())!;
            Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Mismatch));
            Assert.That(refused.Message, Does.Contain("factory"));
        }
        Assert.That(replica.Version.Number, Is.EqualTo(1));
        before.AssertPredicts(replica);
    }

    [Test]
    public async Task A_factory_that_knows_no_model_leaves_the_old_version()
    {
        using var before = new TrainedModel();
        using var after = new TrainedModel(seed: 2, slots: 2);
        await StartAsync(before, after);
        await using var replica = await ModelReplica.OpenAsync(
            before.Store, f => f == before.Schema.Fingerprint ? before.CreateModel() : null, before.Options(), before.Time);
        await AppendAsync(before, after);
        Assert.That(() => replica.CatchUpAsync(), Throws.InstanceOf<SnapshotException>()
            .With.Message.Contains("a schema that the factory has a model for"));
        before.AssertPredicts(replica);
    }

    [Test]
    public async Task A_factory_that_gives_one_model_twice_is_refused()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        using var model = trained.CreateModel();
        Assert.That(() => ModelReplica.OpenAsync(trained.Store, _ => model, trained.Options(), trained.Time),
            Throws.ArgumentException.With.Message.Contains("a new model at each call"));
    }

    private static async Task StartAsync(params TrainedModel[] models)
    {
        foreach (var model in models)
        {
            for (var i = 0; i < 3; i++) model.Train();
            await model.CommitAsync();
        }
    }

    // As if another trainer had taken the chain over and begun with a full of its own.
    private static async Task AppendAsync(TrainedModel before, TrainedModel after)
    {
        var full = (await after.ManifestAsync()).Newest!;
        var header = new SnapshotHeader
        {
            Kind = SnapshotFileKind.ServingFull,
            Chain = before.Chain.Id,
            Incarnation = 1,
            From = 0,
            To = before.Chain.Newest!.To + 1,
            SchemaFingerprint = FileFingerprint.Of(after.Tables),
        };
        await using var file = await before.Store.CreateAsync("after.serving");
        var writer = new SnapshotWriter(file, header);
        using (var source = SnapshotReader.Open(await after.Store.OpenAsync(full.Serving!.Name)))
        {
            foreach (var section in source.Sections) writer.AddSection(section.Name);
            foreach (var (_, block, payload) in source.Read(Enumerable.Range(0, source.Blocks.Count)))
                writer.WriteBlock((int)block.Section, block.First, block.Last, block.Items, payload.Span);
        }
        var entry = writer.Complete(file.Name);
        await file.CommitAsync();
        var (training, serving) = (entry with { Name = "after.training" }, entry);
        var commit = full with { Number = 2, Trainer = default, To = header.To, Training = training, Serving = serving };
        await new SnapshotPublisher(before.Store).AppendAsync(before.Chain.Id, commit, default);
    }

    private static void AssertServes(ModelReplica replica, TrainedModel model)
    {
        foreach (var table in model.Tables.Tables)
        {
            long[] ids = [.. Enumerable.Range(0, TrainedModel.Ids).Select(TrainedModel.Id)];
            var (trained, served) = (new float[ids.Length * table.Dimension], new float[ids.Length * table.Dimension]);
            Assert.That(replica.Lookup(table.Name, ids, served), Is.EqualTo(table.Lookup(ids, trained)));
            Assert.That(Bits.Of(served), Is.EqualTo(Bits.Of(trained)));
        }
        model.AssertPredicts(replica);
    }
}
