using System.Runtime.CompilerServices;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// What a trainer learns from belongs to it: callbacks, models and sources that dispose, keep or change a batch change no bit, or are
/// refused.
/// </summary>
public class BorrowedBatchTests : LeakChecked
{
    private const int Rounds = 5;

    [Test]
    public async Task A_callback_may_dispose_and_keep_the_batch([Values(0, 2, 16)] int ahead, [Values] Misuse misuse)
    {
        var undisturbed = await RunAsync(o => o.ReadAheadBatches = ahead);
        for (var round = 0; round < Rounds; round++)
        {
            List<ExampleBatch> kept = [];
            var disturbed = await RunAsync(o =>
            {
                o.ReadAheadBatches = ahead;
                o.Scored += (batch, _) => Disturb(misuse, batch, kept);
            });
            Assert.That(disturbed, Is.EqualTo(undisturbed), $"{misuse}, round {round}");
        }
    }

    [Test]
    public async Task A_callback_cannot_write_to_the_batch()
    {
        var refused = 0;
        await RunAsync(o => o.Scored += (batch, logits) => Write(batch));
        Assert.That(refused, Is.Positive);

        void Write(ExampleBatch batch)
        {
            TestDelegate[] writes =
            [
                () => batch.BeginExample(), batch.Clear, batch.EndRow, batch.AbandonRow,
                () => _ = batch.Shared, () => batch.Position = default,
            ];
            foreach (var write in writes) Refused(write);
            refused++;
        }

        static void Refused(TestDelegate write) =>
            Assert.That(write, Throws.InvalidOperationException.With.Message.Contains("learned from"));
    }

    [Test]
    public void A_source_that_yields_a_batch_twice_is_refused([Values(0, 2)] int ahead, [Values] bool isPooled, [Values] bool fillsAgain)
    {
        using var fixture = new TrainerFixture(
            (events, encoder) => new RepeatingSource(events, encoder, isPooled, fillsAgain), o => o.ReadAheadBatches = ahead);
        // A batch of the source's own may be used again once it was learned from, and without reading ahead it was.
        if (ahead == 0 && !isPooled) Assert.That(() => fixture.Trainer.RunAsync(), Throws.Nothing);
        else if (fillsAgain) Assert.That(() => fixture.Trainer.RunAsync(), Throws.InstanceOf<InvalidOperationException>());
        else Assert.That(() => fixture.Trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains("yield"));
    }

    [Test]
    public void A_batch_that_was_disposed_refuses()
    {
        using var fixture = new TrainerFixture();
        var pool = new ExampleBatchPool(fixture.Schema);
        var batch = pool.Rent();
        batch.BeginExample();
        batch.EndRow();
        batch.Dispose();
        var (slot, task) = (fixture.Schema.Slots[0], fixture.Schema.Tasks[0]);
        TestDelegate[] uses =
        [
            () => batch.BeginExample(), batch.EndRow, batch.AbandonRow, batch.Clear, () => _ = batch.Shared, () => batch.Position = default,
            () => batch.Ids(slot), () => batch.Offsets(slot), () => batch.IdWeights(slot), () => batch.IsShared(slot),
            () => _ = batch.Dense, () => _ = batch.Weights, () => _ = batch.EventTimesMilliseconds, () => _ = batch.RequestIds,
            () => batch.Labels(task), () => batch.LogitOffsets(task),
        ];
        foreach (var use in uses) Assert.That(use, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(batch.Rows, Is.Zero);
    }

    [Test]
    public void Two_who_dispose_a_batch_at_once_give_it_back_once()
    {
        using var fixture = new TrainerFixture();
        var pool = new ExampleBatchPool(fixture.Schema);
        for (var round = 0; round < 200; round++)
        {
            var batch = pool.Rent();
            Concurrency.Crowd.Run(batch.Dispose, batch.Dispose);
            Assert.That(pool.Rent(), Is.Not.SameAs(pool.Rent()), "given back twice");
        }
    }

    private static void Disturb(Misuse misuse, ExampleBatch batch, List<ExampleBatch> kept)
    {
        switch (misuse)
        {
            case Misuse.Dispose:
                batch.Dispose();
                break;
            case Misuse.DisposeTwice:
                batch.Dispose();
                batch.Dispose();
                break;
            case Misuse.DisposeByAnotherThread:
                // While it is lent: one that comes later may meet the batch in the hands of its next owner, and ends the run.
                Task.Run(batch.Dispose).GetAwaiter().GetResult();
                break;
            case Misuse.DisposeAllSeen:
                kept.Add(batch);
                foreach (var seen in kept) seen.Dispose();
                break;
        }
    }

    private static async Task<string> RunAsync(Action<OnlineTrainerOptions> configure)
    {
        using var fixture = new TrainerFixture(configure: configure);
        await fixture.Trainer.RunAsync();
        var (rows, dense) = fixture.State();
        var hash = new HashCode();
        foreach (var row in rows) hash.Add(row);
        hash.AddBytes(dense);
        foreach (var logit in fixture.Logits) hash.Add(logit);
        return $"{fixture.Trainer.Examples} examples, {fixture.Logits.Length} logits, {hash.ToHashCode()}";
    }

    public enum Misuse
    {
        Dispose,
        DisposeTwice,
        DisposeByAnotherThread,
        DisposeAllSeen,
    }

    private sealed class RepeatingSource(
        IEnumerable<SyntheticClick> events, ExampleEncoder<SyntheticClick> encoder, bool isPooled, bool fillsAgain) : ExampleSource
    {
        public override FeatureSchema Schema => encoder.Schema;

        public override bool CanRewind => false;

        public override bool IsDeterministic => true;

        public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
            StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            var isFilled = false;
            using var batch = isPooled ? new ExampleBatchPool(Schema).Rent() : new ExampleBatch(Schema);
            foreach (var chunk in events.Take(20).Chunk(10))
            {
                if (fillsAgain && !isPooled) batch.Clear();
                if (fillsAgain || !isFilled)
                {
                    foreach (var click in chunk) encoder.Encode(in click, batch);
                }
                isFilled = true;
                yield return batch;
            }
        }
    }
}
