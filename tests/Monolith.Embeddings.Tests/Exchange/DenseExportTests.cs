using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Models;
using Monolith.Embeddings.Tests.Snapshots.WarmStarting;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>Dense weights go out by name and shape, to the bit: from models, trainers and stores.</summary>
public class DenseExportTests : LeakChecked
{
    [Test]
    public async Task The_weights_of_a_model_are_written_by_name_and_shape([Values("lr", "fm", "deep")] string name,
        [Values(1, 3)] int tasks, [Values] bool compress)
    {
        var fixture = new ModelFixture(tasks: tasks);
        using var model = ModelFixture.Create(name, fixture.Schema);
        fixture.Fill(rows: 40, seed: 3);
        fixture.Train(model);
        using var file = new MemoryStream();
        var written = await DenseExport.WriteNpzAsync(model, file, compress);
        var arrays = NpzArrays.Read(file);
        Assert.That(arrays.Keys, Is.EqualTo(model.Parameters.Select(parameter => parameter.Name)).And.Not.Empty);
        foreach (var parameter in model.Parameters)
        {
            var weights = new float[parameter.Length];
            parameter.Read(weights);
            Assert.That(arrays[parameter.Name].Shape, Is.EqualTo(parameter.Shape), parameter.Name);
            Assert.That(Bits.Of(arrays[parameter.Name].Values), Is.EqualTo(Bits.Of(weights)), parameter.Name);
        }
        Assert.That(written.Arrays, Is.EqualTo(arrays.Keys));
        Assert.That(written.Weights, Is.EqualTo(model.Parameters.Sum(parameter => parameter.Length)));
        Assert.That(written.LeftOut, Is.EqualTo(tasks == 1 ? [] : new[] { "heads.0", "heads.1", "heads.2" }));
    }

    [Test]
    public async Task A_commit_has_the_weights_of_its_trainer()
    {
        var store = new MemorySnapshotStore();
        using MemoryStream live = new(), stored = new();
        await using (var under = new TrainerUnderTest(store, 20))
        {
            await under.Trainer.RunAsync();
            await DenseExport.WriteNpzAsync(under.Trainer, live);
        }
        Assert.That((await DenseExport.WriteNpzAsync(store, stored)).Arrays, Is.EqualTo(new[] { "linear", "layers.0", "layers.1" }));
        Assert.That(stored.ToArray(), Is.EqualTo(live.ToArray()));
    }

    [Test]
    public async Task A_trainer_that_runs_gives_its_weights_between_two_batches()
    {
        var moments = new List<byte[]>();
        for (var steps = 1; steps <= 12; steps++) moments.Add(await WeightsAfterAsync(steps));
        TrainerUnderTest? under = null;
        var exports = new List<Task<byte[]>>();
        // Asked for in the middle of a batch.
        under = new TrainerUnderTest(new MemorySnapshotStore(), 12, o => o.Scored = (_, _) => exports.Add(ExportAsync(under!.Trainer)));
        await using (under)
        {
            moments.Add(await ExportAsync(under.Trainer));
            await under.Trainer.RunAsync();
            Assert.That(await Task.WhenAll(exports), Has.Length.EqualTo(12).And.All.Matches<byte[]>(
                file => moments.Exists(moment => moment.AsSpan().SequenceEqual(file))), "weights of a moment that never was");
        }
    }

    [Test]
    public async Task Every_shape_and_name_is_kept_and_what_is_no_float_is_named()
    {
        using var model = new SectionsModel(CrashScenario.CreateSchema(), sections =>
        {
            sections.AddFloats("scalar", SectionRole.Weights, [], [1.5f]);
            sections.AddFloats("block.0/weight", SectionRole.Weights, [2, 1, 3], [1, 2, 3, 4, 5, float.NegativeZero]);
            sections.AddFloats("größe", SectionRole.Weights, [1], [float.NaN]);
            sections.AddFloats("none", SectionRole.Weights, [0, 4], []);
            sections.AddFloats("state", SectionRole.TrainingState, [1], [7]);
            sections.AddNumber("step", SectionRole.TrainingState, 3);
            sections.AddBytes("counter", SectionRole.Weights, [1, 2]);
        });
        using var file = new MemoryStream();
        var written = await DenseExport.WriteNpzAsync(model, file);
        var arrays = NpzArrays.Read(file);
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "scalar", "block.0/weight", "größe", "none" }));
        Assert.That(arrays.Values.Select(array => string.Join(' ', array.Shape)), Is.EqualTo(new[] { "", "2 1 3", "1", "0 4" }));
        Assert.That(
            Bits.Of(arrays["block.0/weight"].Values), Is.EqualTo(Bits.Of(new float[] { 1, 2, 3, 4, 5, float.NegativeZero })));
        Assert.That(arrays["größe"].Values, Is.EqualTo(new[] { float.NaN }));
        Assert.That(written.LeftOut, Is.EqualTo(new[] { "counter" }));
        Assert.That(written.Weights, Is.EqualTo(8));
    }

    [Test]
    public void A_name_by_which_NumPy_would_find_another_array_is_refused_before_anything_is_written()
    {
        using var model = new SectionsModel(CrashScenario.CreateSchema(), sections =>
        {
            sections.AddFloats("layer", SectionRole.Weights, [1], [1]);
            sections.AddFloats("layer.npy", SectionRole.Weights, [1], [2]);
        });
        using var file = new MemoryStream();
        var refused = Assert.ThrowsAsync<NotSupportedException>(() => DenseExport.WriteNpzAsync(model, file));
        Assert.That(refused!.Message, Does.Contain("'layer.npy'"));
        Assert.That(file.Length, Is.Zero);
    }

    [Test]
    public async Task A_store_without_a_commit_or_a_model_is_refused()
    {
        var empty = Assert.ThrowsAsync<SnapshotException>(() => DenseExport.WriteNpzAsync(new MemorySnapshotStore(), Stream.Null));
        Assert.That(empty!.Fault, Is.EqualTo(SnapshotFault.Missing));
        using var tables = await WarmStartSource.MakeAsync();
        var without = Assert.ThrowsAsync<SnapshotException>(() => DenseExport.WriteNpzAsync(tables.Store, Stream.Null));
        Assert.That(without!.Message, Does.Contain("'model'").And.Contain("only none"));
        var other = new MemorySnapshotStore();
        using var chain = await SnapshotChain.OpenAsync(other, tables.Tables);
        await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>> { ["model"] = new byte[] { 1, 2, 3 } });
        var damaged = Assert.ThrowsAsync<SnapshotException>(() => DenseExport.WriteNpzAsync(other, Stream.Null));
        Assert.That(damaged!.Fault, Is.EqualTo(SnapshotFault.Damaged));
    }

    [Test]
    public async Task A_cancelled_export_stops()
    {
        using var model = CrashScenario.CreateModel(CrashScenario.CreateSchema());
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.That(() => DenseExport.WriteNpzAsync(model, Stream.Null, cancellationToken: stopped.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<byte[]> WeightsAfterAsync(long steps)
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
        using var file = new MemoryStream();
        await DenseExport.WriteNpzAsync(store, file);
        return file.ToArray();
    }

    private static async Task<byte[]> ExportAsync(OnlineTrainer trainer)
    {
        using var file = new MemoryStream();
        await DenseExport.WriteNpzAsync(trainer, file);
        return file.ToArray();
    }
}
