using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Reading;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>What the clock decided: recorded, shown, and gone on from.</summary>
public class JoinDecisionTests
{
    private const long Epoch = 1_000_000, Wrong = 1_000_000_000;

    private readonly JoinerFixture _fixture = new();

    [Test]
    public async Task A_silence_is_one_decision_that_is_shown_logged_counted_and_restored()
    {
        using var time = new ManualTime();
        var log = new FakeLogger();
        using var measured = new Measured("monolith.joiner.decisions");
        var (shown, clicked) = (new ChannelLog(), new ChannelLog());
        using var joiner = NewJoiner(time, log).Add("shown", shown, JoinerFixture.Read).Add("clicked", clicked, JoinerFixture.Read);
        shown.Write(ScriptedKind.Impression, 1, Epoch);
        clicked.Write(ScriptedKind.Punctuation, 0, Epoch);
        shown.Write(ScriptedKind.Impression, 2, Epoch + 1000);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        var silentFrom = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(await next);
        var position = batches.Current.Position;
        batches.Current.Dispose();
        var decision = joiner.Status.Decisions.Single(made => made.Log == "clicked");
        Assert.Multiple(() =>
        {
            Assert.That((decision.Kind, decision.AfterRecord), Is.EqualTo((JoinerDecisionKind.SilencePassedOver, 1)));
            Assert.That((decision.MadeAt, decision.RaisedAt), Is.EqualTo((silentFrom.AddSeconds(6), silentFrom.AddSeconds(6))));
            Assert.That((decision.From, decision.To), Is.EqualTo(((DateTimeOffset?)At(Epoch), At(Epoch + 1000))));
            Assert.That(joiner.Status.ClockDecisions, Is.EqualTo(joiner.Status.Decisions.Count));
            Assert.That(measured.Since("monolith.joiner.decisions kind=silence_passed_over"), Is.EqualTo(joiner.Status.ClockDecisions));
            Assert.That(joiner.Status.IsReproducible, Is.False);
            Assert.That(log.Collector.GetSnapshot().Any(told => told.Id.Id == 5011 && told.Message.Contains("'clicked'")));
        });

        var state = await joiner.CaptureState(position).CopyAsync();
        using var restored = NewJoiner(time, null).Add("shown", new ChannelLog(), JoinerFixture.Read)
            .Add("clicked", Later(Epoch + 999, Epoch + 1001), JoinerFixture.Read);
        await restored.RestoreStateAsync(position, state, default);
        using var stop = new CancellationTokenSource();
        await using var reading = restored.ReadAsync(position, stop.Token).GetAsyncEnumerator();
        var more = reading.MoveNextAsync().AsTask();
        // The one before the decision's time is late, though the clock of this process passed over nothing yet.
        while (restored.Status.Late == 0) await Task.Delay(5);
        Assert.That(restored.Status.Decisions.Single(made => made.Log == "clicked"), Is.EqualTo(decision));
        await stop.CancelAsync();
        Assert.That(() => more, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_was_processed_is_read_again_however_far_another_log_is_set_back()
    {
        static void Change(OnlineJoinerOptions options)
        {
            options.Window = options.BackwardWindow = options.RememberClosedFor = TimeSpan.Zero;
            (options.AllowedLateness, options.JumpConfirmations) = (TimeSpan.FromMilliseconds(40), 3);
            options.CloseAtEnd = false;
        }
        var (shown, other) = (new ChannelLog(), new ChannelLog());
        using var joiner = _fixture.NewJoiner(Change).Add("shown", shown, JoinerFixture.Read).Add("other", other, JoinerFixture.Read);
        foreach (var time in (long[])[0, 25, 70]) shown.Write(ScriptedKind.Impression, time, Epoch + time);
        // The third is late. Where the fourth is processed, the second still waits, so that a reading goes on before it.
        foreach (var time in (long[])[0, 50, -1, 20, 75]) other.Write(ScriptedKind.Impression, 100 + time, Epoch + time);
        var position = StreamPosition.Start;
        await using (var batches = joiner.ReadAsync(position, default).GetAsyncEnumerator())
        {
            for (var batch = 0; batch < 3; batch++)
            {
                Assert.That(await batches.MoveNextAsync());
                position = batches.Current.Position;
                batches.Current.Dispose();
            }
        }
        var place = JoinPosition.From(position).Partitions[1];
        Assert.That((place.Place.Number, place.Through), Is.EqualTo((1, 4)));
        var state = await joiner.CaptureState(position).CopyAsync();

        var (shownAgain, otherAgain) = (new ChannelLog(), new ChannelLog());
        using var restored = _fixture.NewJoiner(Change)
            .Add("shown", shownAgain, JoinerFixture.Read).Add("other", otherAgain, JoinerFixture.Read);
        await restored.RestoreStateAsync(position, state, default);
        foreach (var time in (long[])[25, 70, -Wrong, 1 - Wrong, 2 - Wrong]) shownAgain.Write(ScriptedKind.Impression, time, Epoch + time);
        await using var reading = restored.ReadAsync(position, default).GetAsyncEnumerator();
        var next = reading.MoveNextAsync().AsTask();
        while (restored.Status.SetBacks == 0) await Task.Delay(5);
        foreach (var time in (long[])[50, -1, 20, 75]) otherAgain.Write(ScriptedKind.Impression, 100 + time, Epoch + time);
        shownAgain.Complete();
        otherAgain.Complete();
        Assert.That(await next, Is.False, "the set back holds what is not processed");
        Assert.That(restored.Status.Late, Is.EqualTo(4), "the three that set it back, and the one before what is processed");
    }

    [Test]
    public void Old_decisions_are_forgotten_and_those_that_going_on_needs_are_not()
    {
        using var time = new ManualTime();
        var book = new DecisionBook(null, time, TimeSpan.Zero);
        for (var i = 0; i < 500; i++) book.PassOver("log", i, i, i + 1, i);
        book.Forget(decision => decision.AfterRecord < 450);
        Assert.That(book.Current.Kept, Has.Count.EqualTo(DecisionBook.MostPast + 50));
        Assert.That(book.Current.Kept[0].AfterRecord, Is.EqualTo(350));
        Assert.That(book.Current.Silences, Is.EqualTo(500));
    }

    [Test]
    public void A_silence_that_goes_on_is_raised_and_not_decided_again()
    {
        using var time = new ManualTime();
        var book = new DecisionBook(null, time, TimeSpan.Zero);
        book.PassOver("log", 7, 10, 20, 5);
        book.PassOver("other", 7, 10, 20, 5);
        time.Advance(TimeSpan.FromSeconds(1));
        var raised = book.PassOver("log", 7, 20, 30, 25);
        Assert.That((raised.From, raised.To, raised.Frontier, raised.RaisedAt - raised.MadeAt), Is.EqualTo((10, 30, 5, 1000)));
        Assert.That((book.Current.Silences, book.Current.Kept.Count), Is.EqualTo((2, 2)));
        book.Finish(raised);
        book.PassOver("log", 7, 30, 40, 35);
        Assert.That((book.Current.Silences, book.Current.Kept.Count), Is.EqualTo((3, 3)));
    }

    [Test]
    public void Decisions_are_written_and_read()
    {
        var decisions = new JoinDecisions(
            [
                new(JoinerDecisionKind.SilencePassedOver, "clicks", 7, 1, 2, long.MinValue, 4, long.MinValue, false),
                new(JoinerDecisionKind.TimeSetBack, "shown", 8, 1, 1, 9, 4, 5, true),
            ], 30, 4);
        var fields = new FieldWriter();
        decisions.Write(fields);
        var reader = new FieldReader(fields.Written);
        var read = JoinDecisions.Read(ref reader);
        reader.End();
        Assert.That((read.Silences, read.SetBacks), Is.EqualTo((30, 4)));
        Assert.That(read.Kept, Is.EqualTo(decisions.Kept));
    }

    [Test]
    public void Positions_of_the_first_form_are_read()
    {
        var fields = new FieldWriter();
        fields.UInt32(1);
        fields.Int64(500);
        fields.Int32(2);
        fields.List(["clicks"], static (to, name) =>
        {
            to.Text(name, PartitionPosition.MaxNameBytes);
            to.Text("file", LogPosition.MaxLogBytes);
            for (var number = 1; number <= 7; number++) to.Int64(number);
        });
        var position = JoinPosition.From(new StreamPosition(fields.Written.ToArray()));
        var place = position.Partitions.Single();
        Assert.That(place.Place, Is.EqualTo(PartitionPlace.Start with
        {
            Log = new LogPosition("file", 1, 2),
            Number = 3,
            Greatest = 4,
            Late = 5,
            FarAhead = 6,
            Era = 4,
        }));
        Assert.That((place.Through, place.First), Is.EqualTo((7, long.MinValue)));
        Assert.That(JoinPosition.From(position.ToStreamPosition()).Partitions, Is.EqualTo(position.Partitions));
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static ScriptedLog Later(params long[] times) => new(
        [
            new(ScriptedKind.Punctuation, 0, Epoch, 0, 0, 0),
            .. times.Select(time => new ScriptedRecord(ScriptedKind.Action, 2, time, 2, 0, 1)),
        ], 0);

    private OnlineJoiner<long, ScriptedRecord, ScriptedRecord> NewJoiner(ManualTime time, FakeLogger? log) => _fixture.NewJoiner(options =>
    {
        (options.SilentAfter, options.Logger) = (TimeSpan.FromSeconds(5), log);
        options.MaxLead = TimeSpan.FromDays(1);
    }, time);
}
