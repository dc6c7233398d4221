using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>An evaluation scores what the trainer would predict, and leaves no trace.</summary>
public class EvaluationTests : LeakChecked
{
    [Test]
    public async Task An_evaluation_changes_nothing()
    {
        await using var run = new EpochRun(2, configure: o => o.EarlyStop = null);
        await run.Trainer.RunAsync();
        var (before, position, window) = (run.State(), run.Trainer.Position, run.Trainer.Metrics.Window(run.Click));
        var tables = await RowsOfAsync(run);
        var result = await run.Trainer.EvaluateAsync(run.HeldOut());
        Assert.Multiple(() =>
        {
            Assert.That(run.State(), Is.EqualTo(before));
            Assert.That(run.Trainer.Position, Is.EqualTo(position));
            Assert.That(run.Trainer.Metrics.Window(run.Click), Is.EqualTo(window));
            Assert.That(result.Examples, Is.EqualTo(6 * EpochRun.BatchSize));
            Assert.That(result[run.Click].Examples, Is.EqualTo(result.Examples));
        });
        Assert.That(await RowsOfAsync(run), Is.EqualTo(tables));
        Assert.That((await run.Trainer.EvaluateAsync(run.HeldOut()))[run.Click], Is.EqualTo(result[run.Click]), "once more");
    }

    [Test]
    public async Task It_scores_what_the_model_predicts_of_the_rows()
    {
        using var fixture = new TrainerFixture();
        await fixture.Trainer.RunAsync();
        var click = fixture.Schema.Tasks[0];
        var result = (await fixture.Trainer.EvaluateAsync(fixture.Source))[click];
        var layer = new EmbeddingLayer(fixture.Tables, fixture.Schema);
        var (loss, predictions, labels, examples) = (0.0, 0.0, 0.0, 0);
        await foreach (var batch in fixture.Source.ReadAsync(StreamPosition.Start, CancellationToken.None))
        {
            layer.Lookup(batch);
            var logits = new float[batch.Rows];
            fixture.Model.Predict(new PredictContext(layer.Inputs, batch, logits));
            for (var row = 0; row < batch.Rows; row++)
            {
                var (p, label) = (1 / (1 + Math.Exp(-logits[row])), batch.Labels(click)[row]);
                loss -= label > 0.5f ? Math.Log(p) : Math.Log(1 - p);
                (predictions, labels, examples) = (predictions + p, labels + label, examples + 1);
            }
            batch.Dispose();
        }
        Assert.Multiple(() =>
        {
            Assert.That(result.Examples, Is.EqualTo(examples));
            Assert.That(result.LogLoss, Is.EqualTo(loss / examples).Within(1e-6));
            Assert.That(result.Calibration, Is.EqualTo(predictions / labels).Within(1e-6));
        });
    }

    [Test]
    public async Task A_trainer_of_a_store_evaluates_what_it_would_go_on_from()
    {
        var store = new MemorySnapshotStore();
        double expected;
        await using (var run = new EpochRun(1, store, o => o.EarlyStop = null))
        {
            await run.Trainer.RunAsync();
            expected = (await run.Trainer.EvaluateAsync(run.HeldOut()))[run.Click].LogLoss;
        }
        await using var next = new EpochRun(1, store, o => o.EarlyStop = null);
        Assert.That((await next.Trainer.EvaluateAsync(next.HeldOut()))[next.Click].LogLoss, Is.EqualTo(expected));
    }

    [Test]
    public async Task It_is_refused_while_the_trainer_runs_and_of_another_schema()
    {
        EpochRun? run = null;
        Task? evaluation = null;
        await using (run = new EpochRun(
            1, configure: o => o.EarlyStop = null, scored: _ => evaluation ??= run!.Trainer.EvaluateAsync(run.HeldOut())))
        {
            await run.Trainer.RunAsync();
            Assert.That(async () => await evaluation!, Throws.InvalidOperationException.With.Message.Contains("runs"));
            var other = CrashScenario.CreateSource(TrainerUnderTest.OtherSchema(), 1);
            Assert.That(() => run.Trainer.EvaluateAsync(other), Throws.ArgumentException.With.Message.Contains("another schema"));
            using var cancelled = new CancellationTokenSource();
            await cancelled.CancelAsync();
            Assert.That(() => run.Trainer.EvaluateAsync(run.HeldOut(), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        }
        Assert.That(() => run.Trainer.EvaluateAsync(run.HeldOut()), Throws.TypeOf<ObjectDisposedException>());
    }

    private static async Task<(long, long, long)[]> RowsOfAsync(EpochRun run) =>
        [.. (await run.Tables.GetStatisticsAsync()).Select(table => (table.Rows, table.Created, table.PendingIds))];
}
