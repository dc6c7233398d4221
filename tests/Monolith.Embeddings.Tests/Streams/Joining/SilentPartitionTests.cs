using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining;

public class SilentPartitionTests
{
    private const long Epoch = 1_000_000;

    private readonly JoinerFixture _fixture = new();

    [Test]
    public async Task A_silent_partition_holds_the_others_until_a_punctuation_moves_it()
    {
        var (shown, clicked) = (new ChannelLog(), new ChannelLog());
        using var joiner = _fixture.NewJoiner().Add("shown", shown, JoinerFixture.Read).Add("clicked", clicked, JoinerFixture.Read);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        shown.Write(ScriptedKind.Impression, 1, Epoch);
        shown.Write(ScriptedKind.Impression, 2, Epoch + 1000);
        clicked.Write(ScriptedKind.Action, 1, Epoch + 50);
        var next = batches.MoveNextAsync().AsTask();
        while (joiner.Status.OpenImpressions == 0) await Task.Delay(5);
        Assert.That(next.IsCompleted, Is.False, "the clicks may still bring one of the window");
        Assert.That((joiner.Status.SlowestPartition, joiner.Status.OpenImpressions), Is.EqualTo(("clicked", 1)));
        Assert.That(joiner.Status.LogsWithoutRecords, Is.Empty, "both brought some");
        clicked.Write(ScriptedKind.Punctuation, 0, Epoch + 101);
        Assert.That(await next);
        using (batches.Current) Assert.That(_fixture.Only(batches.Current), Is.EqualTo((1, 1f)));
        shown.Complete();
        clicked.Complete();
        Assert.That(await batches.MoveNextAsync());
        using (batches.Current) Assert.That(_fixture.Only(batches.Current), Is.EqualTo((2, 0f)));
        Assert.That(await batches.MoveNextAsync(), Is.False);
    }

    [Test]
    public async Task A_log_that_brings_nothing_is_named_until_it_does()
    {
        var (shown, clicked) = (new ChannelLog(), new ChannelLog());
        using var joiner = _fixture.NewJoiner().Add("shown", shown, JoinerFixture.Read).Add("clicked", clicked, JoinerFixture.Read);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        shown.Write(ScriptedKind.Impression, 1, Epoch);
        var next = batches.MoveNextAsync().AsTask();
        while (joiner.Status.WaitingRecords == 0 && joiner.Status.LogsWithoutRecords.Count != 1) await Task.Delay(5);
        Assert.That(joiner.Status.LogsWithoutRecords, Is.EqualTo(new[] { "clicked" }));
        clicked.Complete();
        shown.Complete();
        Assert.That(await next);
        batches.Current.Dispose();
        Assert.That(joiner.Status.LogsWithoutRecords, Is.Empty, "it has ended");
    }

    [Test]
    public async Task The_clock_passes_over_a_silent_partition_where_it_may()
    {
        using var time = new ManualTime();
        var (shown, clicked) = (new ChannelLog(), new ChannelLog());
        using var joiner = _fixture.NewJoiner(options => options.SilentAfter = TimeSpan.FromSeconds(5), time)
            .Add("shown", shown, JoinerFixture.Read).Add("clicked", clicked, JoinerFixture.Read);
        Assert.That(joiner.IsDeterministic, Is.False);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        shown.Write(ScriptedKind.Impression, 1, Epoch);
        clicked.Write(ScriptedKind.Punctuation, 0, Epoch);
        shown.Write(ScriptedKind.Impression, 2, Epoch + 1000);
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        Assert.That(next.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(await next);
        using (batches.Current) Assert.That(_fixture.Only(batches.Current), Is.EqualTo((1, 0f)));
        // What it brings from before that is late.
        clicked.Write(ScriptedKind.Action, 2, Epoch + 999);
        clicked.Write(ScriptedKind.Action, 2, Epoch + 1001);
        shown.Complete();
        clicked.Complete();
        Assert.That(await batches.MoveNextAsync());
        using (batches.Current) Assert.That(_fixture.Only(batches.Current), Is.EqualTo((2, 1f)));
        Assert.That(await batches.MoveNextAsync(), Is.False);
        Assert.That(joiner.Status.Late, Is.EqualTo(1));
        Assert.That(joiner.Status.ClockDecisions, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task A_partition_is_not_read_far_ahead_of_the_others()
    {
        var (shown, clicked) = (new ChannelLog(), new ChannelLog());
        using var joiner = _fixture.NewJoiner(options => options.MaxLead = TimeSpan.FromMilliseconds(500))
            .Add("shown", shown, JoinerFixture.Read).Add("clicked", clicked, JoinerFixture.Read);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        clicked.Write(ScriptedKind.Punctuation, 0, Epoch);
        for (var i = 0; i < 2000; i++) shown.Write(ScriptedKind.Impression, i + 100, Epoch + i);
        var next = batches.MoveNextAsync().AsTask();
        while (joiner.Status.HeldPartitions == 0) await Task.Delay(5);
        // It goes on to the end of what is read at once.
        Assert.That(joiner.Status.WaitingRecords, Is.InRange(500, 500 + 256));
        clicked.Complete();
        Assert.That(await next);
        batches.Current.Dispose();
    }
}
