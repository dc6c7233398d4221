using System.Threading.Channels;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams;

public class MaxDelayTests
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task A_batch_that_was_begun_is_handed_on_when_its_delay_is_over()
    {
        using var time = new ManualTime();
        var channel = Channel.CreateUnbounded<int>();
        var source = Source(channel, time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        channel.Writer.TryWrite(1);
        channel.Writer.TryWrite(2);
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        Assert.That(next.IsCompleted, Is.False, "neither full nor over");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await next);
        Assert.That(Take(batches), Is.EqualTo([1, 2]));

        // The read that was under way is not lost, and a batch that is full waits for nothing.
        next = batches.MoveNextAsync().AsTask();
        foreach (var number in Enumerable.Range(3, 5)) channel.Writer.TryWrite(number);
        Assert.That(await next);
        Assert.That(Take(batches), Is.EqualTo([3, 4, 5, 6]));
        channel.Writer.Complete();
        Assert.That(await batches.MoveNextAsync());
        Assert.That(batches.Current.Position, Is.EqualTo(CountPosition.Of(7)));
        Assert.That(Take(batches), Is.EqualTo([7]));
        Assert.That(await batches.MoveNextAsync(), Is.False);
    }

    [Test]
    public async Task Leaving_while_a_read_is_under_way_ends_the_stream()
    {
        using var time = new ManualTime();
        var isClosed = false;
        var source = ExampleSource.From(Open, _fixture.Encoder, batchSize: 4, maxDelay: TimeSpan.FromSeconds(5), timeProvider: time);
        var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await next);
        Assert.That(Take(batches), Is.EqualTo([1]));
        await batches.DisposeAsync();
        Assert.That(isClosed);

        async IAsyncEnumerable<int> Open(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                yield return 1;
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                isClosed = true;
            }
        }
    }

    [Test]
    public async Task Batches_that_fill_in_time_leave_no_timer_behind()
    {
        using var time = new ManualTime();
        var channel = Channel.CreateUnbounded<int>();
        for (var i = 0; i < 400; i++) channel.Writer.TryWrite(i);
        channel.Writer.Complete();
        await foreach (var batch in Source(channel, time).ReadAsync(default, CancellationToken.None)) batch.Dispose();
        Assert.That(time.Waiting, Is.Zero);
    }

    [Test]
    public void The_clock_makes_a_source_undeterministic()
    {
        using var time = new ManualTime();
        var channel = Channel.CreateUnbounded<int>();
        Assert.That(Source(channel, time).IsDeterministic, Is.False);
        Assert.That(
            () => ExampleSource.From(channel.Reader.ReadAllAsync, _fixture.Encoder, 4, maxDelay: TimeSpan.Zero),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private ExampleSource Source(Channel<int> channel, TimeProvider time) =>
        ExampleSource.From(
            channel.Reader.ReadAllAsync, _fixture.Encoder, batchSize: 4, maxDelay: TimeSpan.FromSeconds(5), timeProvider: time);

    private long[] Take(IAsyncEnumerator<ExampleBatch> batches)
    {
        using var batch = batches.Current;
        return batch.Ids(_fixture.Slot).ToArray();
    }
}
