using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training.Reading;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A wait ends with a batch, at its time, or when it is woken, and allocates nothing a batch.</summary>
public class BatchArrivalTests : LeakChecked
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Waiting_allocates_nothing_a_batch()
    {
        using var time = new ManualTime();
        var source = Source();
        var reader = new BatchReader(source, ahead: 0);
        await using var arrival = new BatchArrival(reader, StreamPosition.Start, time, CancellationToken.None);
        var batches = 0;
        var reading = ReadAsync();
        for (var i = 0; i < 1000; i++) source.Hand();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) source.Hand();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        source.End();
        await reading;
        Assert.That((allocated, batches), Is.EqualTo((0L, 2000)));

        async Task ReadAsync()
        {
            while (true)
            {
                arrival.Begin();
                while (!await arrival.WaitAsync(_minute, time.GetTimestamp()))
                {
                }
                if (!arrival.Take(out var batch)) return;
                batches++;
                reader.Return(batch);
            }
        }
    }

    [Test]
    public async Task A_wait_ends_by_what_comes_first()
    {
        using var time = new ManualTime();
        var source = Source();
        var reader = new BatchReader(source, ahead: 0);
        await using var arrival = new BatchArrival(reader, StreamPosition.Start, time, CancellationToken.None);
        arrival.Begin();
        var wait = arrival.WaitAsync(_minute, time.GetTimestamp()).AsTask();
        time.Advance(_minute / 2);
        Assert.That(wait.IsCompleted, Is.False);
        time.Advance(_minute / 2);
        Assert.That(await wait, Is.False, "the time");
        Assert.That(await arrival.WaitAsync(TimeSpan.Zero, time.GetTimestamp()), Is.False, "due at once");
        wait = arrival.WaitAsync(Timeout.InfiniteTimeSpan, 0).AsTask();
        arrival.Wake();
        Assert.That(await wait, Is.False, "woken");
        arrival.Wake();
        Assert.That(await arrival.WaitAsync(_minute, time.GetTimestamp()), Is.False, "woken before it waits");
        var early = time.GetTimestamp();
        time.Advance(_minute);
        Assert.That(await arrival.WaitAsync(_minute, early), Is.False, "the time came before it waits");
        wait = arrival.WaitAsync(_minute, time.GetTimestamp()).AsTask();
        source.Hand();
        Assert.That((await wait, arrival.Take(out var batch)), Is.EqualTo((true, true)));
        reader.Return(batch);
        arrival.Begin();
        source.End();
        Assert.That((await arrival.WaitAsync(TimeSpan.Zero, 0), arrival.Take(out _)), Is.EqualTo((true, false)), "the end");
    }

    [Test]
    public async Task A_batch_that_comes_while_it_is_disposed_is_given_back()
    {
        using var time = new ManualTime();
        var source = Source();
        var arrival = new BatchArrival(new BatchReader(source, ahead: 0), StreamPosition.Start, time, CancellationToken.None);
        arrival.Begin();
        var disposal = arrival.DisposeAsync();
        Assert.That(disposal.IsCompleted, Is.False, "something reads");
        source.Hand();
        await disposal;
        // A batch that is lent cannot be lent again.
        source.Current.Lend();
        source.Current.EndLoan();
    }

    private static HandedBatches Source()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("events", r => r.Bias(new FtrlOptions()));
        builder.Slot("event", "events");
        builder.Task("click");
        var schema = builder.Build();
        return new HandedBatches(new ExampleBatch(schema), schema);
    }
}
