using System.Threading.Channels;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Streams.Joining;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>The stage behind live streams, and sources that have a state.</summary>
public class SubsampledStreamTests
{
    private readonly SamplingFixture _fixture = new();

    [Test]
    public async Task A_batch_that_was_begun_is_handed_on_when_its_delay_is_over()
    {
        using var time = new ManualTime();
        var channel = Channel.CreateUnbounded<SampledEvent>();
        var options = _fixture.Options(0.0001, batchSize: 4);
        options.MaxDelay = TimeSpan.FromSeconds(5);
        var source = ExampleSource.From(token => channel.Reader.ReadAllAsync(token), _fixture.Encoder, batchSize: 1)
            .Subsampled(options, time);
        Assert.That(source.IsDeterministic, Is.False);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        for (var i = 0; i < 4; i++) channel.Writer.TryWrite(SamplingFixture.Event(i));
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        Assert.That(next.IsCompleted, Is.False, "neither full nor over");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await next);
        Assert.That(batches.Current.RequestIds.ToArray(), Is.EqualTo(new[] { 4 }), "the positive");
        var position = batches.Current.Position;
        batches.Current.Dispose();

        // What was dropped since does not begin a batch, and no read is lost.
        next = batches.MoveNextAsync().AsTask();
        for (var i = 4; i < 32; i++) channel.Writer.TryWrite(SamplingFixture.Event(i));
        Assert.That(await next);
        Assert.That(batches.Current.RequestIds.ToArray(), Is.EqualTo(new[] { 11, 18, 25, 32 }));
        batches.Current.Dispose();
        Assert.That((await SamplingFixture.KeptAsync(_fixture.Events(32, 5).Subsampled(_fixture.Options(0.0001)), position))[0],
            Is.EqualTo(11));
    }

    // One sampled batch is made of 20 of the joiner's: its 80 newest positions are not enough.
    [Test]
    public async Task The_states_of_the_newest_batches_are_known_however_much_was_dropped([Values] bool isTwice, [Values] bool isPart)
    {
        var schema = CrashScenario.CreateSchema();
        using var joiner = JoinedTrainingTests.NewJoiner(schema, records: 20_000);
        ExampleSource source = joiner;
        if (isPart) source = ExampleSource.From(() => Array.Empty<int>(), NoExample(schema), 1).Then(source);
        source = source.Subsampled(new() { Task = schema.Tasks[0], NegativeRate = 0.2, PositiveRate = 0.2, BatchSize = 20 });
        if (isTwice)
            source = source.Subsampled(new() { Task = schema.Tasks[0], NegativeRate = 0.4, PositiveRate = 0.4, BatchSize = 10, Seed = 1 });
        var positions = new List<StreamPosition>();
        await foreach (var batch in source.ReadAsync(default, CancellationToken.None))
        {
            positions.Add(batch.Position);
            batch.Dispose();
        }
        Assert.That(positions, Has.Count.GreaterThan(ExampleSource.KeptStates + 5));
        foreach (var position in positions.TakeLast(ExampleSource.KeptStates))
            Assert.That(source.CaptureState(position).IsEmpty, Is.False);
        Assert.That(() => source.CaptureState(positions[0]), Throws.InvalidOperationException, "older ones are dropped");
    }

    [Test]
    public async Task A_joiner_whose_examples_are_sampled_goes_on_after_a_restart()
    {
        var schema = CrashScenario.CreateSchema();
        using var joiner = JoinedTrainingTests.NewJoiner(schema, records: 6000);
        using var other = JoinedTrainingTests.NewJoiner(schema, records: 6000);
        var options = new SubsamplingOptions { Task = schema.Tasks[0], NegativeRate = 0.1, PositiveRate = 0.1, BatchSize = 8 };
        var (first, second) = (joiner.Subsampled(options), other.Subsampled(options));
        var batches = await SamplingFixture.ReadAsync(first);
        var at = batches[^30].Position;
        var state = await first.CaptureState(at).CopyAsync();
        await second.RestoreStateAsync(at, state, CancellationToken.None);
        var rest = await SamplingFixture.ReadAsync(second, at);
        Assert.That(rest.Select(batch => batch.EventTimesMilliseconds.ToArray()),
            Is.EqualTo(batches.TakeLast(29).Select(batch => batch.EventTimesMilliseconds.ToArray())));
        Assert.That(rest.Select(batch => batch.Labels(schema.Tasks[0]).ToArray()),
            Is.EqualTo(batches.TakeLast(29).Select(batch => batch.Labels(schema.Tasks[0]).ToArray())));
    }

    private static ExampleEncoder<int> NoExample(FeatureSchema schema) => new(schema, (in int _, ExampleWriter writer) => writer.Skip());
}
