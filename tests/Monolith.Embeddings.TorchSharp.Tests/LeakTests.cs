using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TorchSharp.CrashingTrainer;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using Monolith.Embeddings.Training;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>Native tensors and the memory of the process stay what they are, over batches, predictions and versions of a replica.</summary>
[NonParallelizable]
public class LeakTests
{
    private const long MegaByte = 1 << 20;

    private static readonly FeatureSchema Schema = Batch.Schema("seen");

    [Test]
    public void Batches_and_predictions_leave_no_tensor_behind() => Learn(batches: 300);

    [Test, Category("Long"), Explicit("Takes a minute.")]
    public void Ten_thousand_batches_leave_no_tensor_and_no_memory_behind() => Learn(batches: 10_000);

    [Test]
    public Task Versions_of_a_replica_leave_no_tensor_behind() => SwapAsync(swaps: 30);

    [Test, Category("Long"), Explicit("Takes a minute.")]
    public Task A_thousand_versions_of_a_replica_leave_no_tensor_and_no_memory_behind() => SwapAsync(swaps: 1000);

    [Test]
    public void A_model_that_is_disposed_leaves_no_more_behind_than_its_module()
    {
        // TorchSharp counts a parameter's first tensor permanently.
        var own = LeftBy(() => new ClickModule(Schema).Dispose());
        Assert.That(LeftBy(Use), Is.EqualTo(own));

        static void Use()
        {
            using var model = new TorchModel(Schema, new ClickModule(Schema));
            using var batch = new Batch(Schema, 8, 1);
            batch.Train(model);
            batch.Predict(model);
            ModelBytes.Load(model, ModelBytes.Of(model));
        }

        static long LeftBy(Action use)
        {
            use();
            var before = Tensor.TotalCount;
            use();
            return Tensor.TotalCount - before;
        }
    }

    private static void Learn(int batches)
    {
        using var model = new TorchModel(Schema, new ClickModule(Schema));
        Batch[] of = [new(Schema, 64, 1), new(Schema, 64, 2), new(Schema, 17, 3)];
        // One row of the last is lost, which goes another way.
        of[2].Inputs.Dense[0] = float.NaN;
        Run(batches / 5);
        var (tensors, memory) = (Tensor.TotalCount, Environment.WorkingSet);
        Run(batches);
        var (after, grown) = (Tensor.TotalCount, (Environment.WorkingSet - memory) / MegaByte);
        TestContext.Out.WriteLine($"{batches} batches: {tensors} tensors, then {after}; {grown} MB more resident");
        Assert.That(after, Is.EqualTo(tensors));
        Assert.That(grown, Is.LessThan(20));
        foreach (var batch in of) batch.Dispose();

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                of[i % of.Length].Train(model);
                of[i % of.Length].Predict(model);
            }
        }
    }

    private static async Task SwapAsync(int swaps)
    {
        var schema = TorchScenario.CreateSchema();
        var store = new MemorySnapshotStore();
        await TorchScenario.TrainAsync(store, 1);
        await using var replica = await ModelReplica.OpenAsync(
            store, _ => TorchScenario.CreateModel(schema), new() { PollEvery = Timeout.InfiniteTimeSpan });
        using var request = replica.Rent(8);
        for (var item = 0; item < 8; item++) request.Add().Id(schema.Slots[0], 3).Id(schema.Slots[1], item);
        var (scores, seen, tensors, memory) = (new float[8], 0, 0L, 0L);
        using var enough = new CancellationTokenSource();
        using var tables = TorchScenario.CreateTables(schema);
        using var model = TorchScenario.CreateModel(schema);
        await using var trainer = new OnlineTrainer(tables, model, TorchScenario.CreateSource(schema, 10_000_000), store, new()
        {
            Synchronization = new() { SparseEvery = Schedule.ByBatches(1), CompactAfterDeltas = 8, Retention = new() { Commits = 12 } },
            Scored = (_, _) => Follow(),
        });
        Assert.That(async () => await trainer.RunAsync(null, enough.Token), Throws.InstanceOf<OperationCanceledException>());
        var (after, grown) = (Tensor.TotalCount, (Environment.WorkingSet - memory) / MegaByte);
        TestContext.Out.WriteLine($"{swaps} versions: {tensors} tensors, then {after}; {grown} MB more resident");
        Assert.That(after, Is.EqualTo(tensors));
        Assert.That(grown, Is.LessThan(60));

        // Between two batches, so that no tensor of one is counted.
        void Follow()
        {
            if (!replica.CatchUpAsync().GetAwaiter().GetResult()) return;
            replica.Predict(request, scores);
            if (++seen == swaps / 5) (tensors, memory) = (Tensor.TotalCount, Environment.WorkingSet);
            if (seen == swaps + swaps / 5) enough.Cancel();
        }
    }
}
