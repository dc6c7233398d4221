using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Reading;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>Logs whose clocks are wrong: at their start, and long enough for their times to be believed.</summary>
public class WrongTimeTests
{
    private const long Epoch = 1_000_000, Wrong = 1_000_000_000;

    private readonly JoinerFixture _fixture = new();
    private long _keys;

    [Test]
    public async Task One_wrong_first_time_costs_itself_alone([Values(Wrong, -Wrong)] long by)
    {
        var (items, status) = await ReadAsync(Shown([Epoch + by, .. Right(0, 8)]));
        Assert.That(items, Is.EqualTo(Enumerable.Range(101, 8)));
        Assert.That((status.FarAhead, status.Late), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Two_logs_whose_first_times_agree_begin_with_them()
    {
        var (items, status) = await ReadAsync(Shown(Epoch, Epoch + 10), Shown(Epoch + 5, Epoch + 15));
        Assert.That((items.Count, status.FarAhead, status.Late), Is.EqualTo((4, 0, 0)));
    }

    [Test]
    public async Task A_log_is_read_on_before_three_of_its_times_agree_where_another_begins_near_it()
    {
        var (shown, clicked) = (new ChannelLog(), new ChannelLog());
        using var joiner = _fixture.NewJoiner().Add("shown", shown, JoinerFixture.Read).Add("clicked", clicked, JoinerFixture.Read);
        shown.Write(ScriptedKind.Impression, 1, Epoch);
        clicked.Write(ScriptedKind.Action, 1, Epoch + 50);
        shown.Write(ScriptedKind.Impression, 2, Epoch + 200);
        clicked.Write(ScriptedKind.Action, 2, Epoch + 200);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync());
        using (batches.Current) Assert.That(_fixture.Only(batches.Current), Is.EqualTo((1, 1f)));
    }

    [Test]
    public async Task A_wrong_first_time_of_one_log_does_not_hold_another()
    {
        var (items, status) = await ReadAsync(
            Shown([Epoch + Wrong, .. Right(0, 3)]), Shown([.. Right(0, 20)]));
        Assert.That((items.Count, status.FarAhead, status.Late), Is.EqualTo((23, 1, 0)));
    }

    [Test]
    public async Task A_complete_log_of_few_records_is_taken_whole()
    {
        var (items, status) = await ReadAsync(Shown(Epoch + Wrong, Epoch));
        Assert.That(items, Is.EqualTo(new[] { 101L, 100 }), "in the order of times");
        Assert.That((status.FarAhead, status.Late), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_log_whose_records_are_far_apart_is_taken_whole()
    {
        var (items, status) = await ReadAsync(Shown([.. Enumerable.Range(0, 40).Select(day => Epoch + (day * 2 * 86_400_000L))]));
        Assert.That((items.Count, status.FarAhead, status.Late, status.SetBacks), Is.EqualTo((40, 0, 0, 0)));
        Assert.That(status.IsReproducible);
    }

    [Test]
    public async Task Wrong_times_that_confirm_one_another_are_found_out_and_taken_back()
    {
        var log = new FakeLogger();
        long[] times = [.. Right(0, 10), .. Leapt(0, 3), .. Right(10, 20)];
        var other = new ChannelLog();
        using var joiner = _fixture.NewJoiner(options => (options.Logger, options.JumpConfirmations) = (log, 3))
            .Add("log 0", Shown(times), JoinerFixture.Read).Add("log 1", other, JoinerFixture.Read);
        var writing = WriteAsync(other, 19, () => joiner.Status.SetBacks == 1);
        var items = await ItemsAsync(joiner);
        await writing;
        var status = joiner.Status;
        Assert.That(items, Has.Count.EqualTo(30 + 30 - status.Late));
        Assert.That((status.FarAhead, status.SetBacks, status.ClockDecisions), Is.EqualTo((3, 1, 0)));
        Assert.That(status.IsReproducible, Is.False);
        Assert.That(status.Late, Is.LessThanOrEqualTo(20), "only what was processed meanwhile");
        var decision = status.Decisions.Single();
        Assert.Multiple(() =>
        {
            Assert.That((decision.Kind, decision.Log, decision.AfterRecord), Is.EqualTo((JoinerDecisionKind.TimeSetBack, "log 0", 16)));
            Assert.That(decision.From?.ToUnixTimeMilliseconds(), Is.EqualTo(times[12]));
            Assert.That(decision.To.ToUnixTimeMilliseconds(), Is.EqualTo(times[15]));
            Assert.That(log.Collector.GetSnapshot().Count(record => record.Id.Id == 5017), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Fewer_wrong_times_in_a_row_than_are_believed_cost_themselves_alone()
    {
        var (items, status) = await ReadAsync(Shown([.. Right(0, 10), .. Leapt(0, 7), .. Right(10, 10)]));
        Assert.That((items.Count, status.FarAhead, status.Late, status.SetBacks), Is.EqualTo((20, 7, 0, 0)));
    }

    [Test]
    public async Task Fewer_wrong_times_at_the_start_than_are_believed_cost_themselves_alone()
    {
        var (items, status) = await ReadAsync(Shown([.. Leapt(0, 7), .. Right(0, 10)]));
        Assert.That((items.Count, status.FarAhead, status.Late, status.SetBacks), Is.EqualTo((10, 7, 0, 0)));
    }

    [Test]
    public async Task A_log_that_was_set_back_goes_on_by_its_own_times()
    {
        long[] times = [.. Right(0, 10), .. Leapt(0, 5), .. Right(10, 2000)];
        var (items, status) = await ReadAsync(
            options => (options.AllowedLateness, options.JumpConfirmations) = (TimeSpan.FromMilliseconds(50), 3), Shown(times));
        Assert.That(status.SetBacks, Is.EqualTo(1));
        Assert.That(status.Late, Is.LessThan(30), "what lay before the windows that had closed, and no more");
        Assert.That(items, Has.Count.EqualTo(2010 - status.Late));
    }

    [Test]
    public async Task Where_a_log_goes_on_passes_what_was_wrong()
    {
        long[] times = [.. Right(0, 10), .. Leapt(0, 5), .. Right(10, 100)];
        var other = new ChannelLog();
        using var joiner = _fixture.NewJoiner(options => options.JumpConfirmations = 3).Add("log", Shown(times), JoinerFixture.Read)
            .Add("other", other, JoinerFixture.Read);
        var writing = WriteAsync(other, 99, () => joiner.Status.SetBacks == 1);
        var places = new List<long>();
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            places.Add(JoinPosition.From(batch.Position).Partitions[0].Place.Number);
            batch.Dispose();
        }
        await writing;
        Assert.That(places[^20], Is.GreaterThan(60), "wrong records that wait would hold the place before them");
    }

    // The other log does not go ahead before the set back: all that comes behind it would be late, and what is wrong would be processed.
    private async Task WriteAsync(ChannelLog other, int then, Func<bool> isSetBack)
    {
        foreach (var time in Right(0, 11)) other.Write(ScriptedKind.Impression, _keys++, time);
        while (!isSetBack()) await Task.Delay(5);
        foreach (var time in Right(11, then)) other.Write(ScriptedKind.Impression, _keys++, time);
        other.Complete();
    }

    [Test]
    public async Task Old_records_of_a_log_that_never_leapt_are_late_and_change_nothing()
    {
        long[] times = [.. Right(0, 3000), .. Right(0, 50), .. Right(3000, 50)];
        var (items, status) = await ReadAsync(options => options.MaxJump = TimeSpan.FromSeconds(5), Shown(times));
        Assert.That((items.Count, status.Late, status.SetBacks), Is.EqualTo((3050, 50, 0)));
    }

    [Test]
    public async Task Seven_old_records_in_a_row_behind_a_leap_are_late()
    {
        long[] times = [.. Right(0, 10), .. Leapt(0, 10), .. Right(10, 7), .. Leapt(10, 5)];
        var (_, status) = await ReadAsync(Shown(times));
        Assert.That((status.Late, status.SetBacks, status.FarAhead), Is.EqualTo((7, 0, 0)));
    }

    private static long[] Right(int from, int count) => [.. Enumerable.Range(from, count).Select(i => Epoch + (i * 10L))];

    private static long[] Leapt(int from, int count) => [.. Right(from, count).Select(time => time + Wrong)];

    private ScriptedLog Shown(params long[] times) =>
        new([.. times.Select((time, i) => new ScriptedRecord(ScriptedKind.Impression, _keys++, time, 100 + i, 0, 0))], 0);

    private Task<(List<long> Items, OnlineJoinerStatus Status)> ReadAsync(params ScriptedLog[] logs) => ReadAsync(_ => { }, logs);

    private async Task<(List<long> Items, OnlineJoinerStatus Status)> ReadAsync(
        Action<OnlineJoinerOptions> change, params ScriptedLog[] logs)
    {
        using var joiner = _fixture.NewJoiner(change);
        for (var i = 0; i < logs.Length; i++) joiner.Add($"log {i}", logs[i], JoinerFixture.Read);
        return (await ItemsAsync(joiner), joiner.Status);
    }

    private async Task<List<long>> ItemsAsync(ExampleSource joiner)
    {
        var items = new List<long>();
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            using (batch) items.Add(_fixture.Only(batch).Item);
        }
        return items;
    }
}
