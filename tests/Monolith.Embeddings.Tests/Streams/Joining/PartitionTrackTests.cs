using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Reading;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>Where a partition goes on while records of it are held, and behind decisions about it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class PartitionTrackTests
{
    private const int Jump = 100;

    private readonly ReorderBuffer _buffer = new();
    private readonly DecisionBook _book = new(null, new ManualTime(), TimeSpan.FromSeconds(1));

    [Test]
    public void No_place_lies_between_a_held_record_and_what_ended_the_holding()
    {
        var track = Begin(PartitionPosition.Start("log"), long.MinValue);
        Take(track, 1, 1000);
        Take(track, 2, 800);
        Assert.That(_buffer.Count, Is.EqualTo(1), "far behind the start: held");
        Take(track, 3, 1001);
        Process(track, 1000);
        Assert.That((track.Position.Place.Number, track.Position.Through), Is.EqualTo((1, 3)));

        var again = Begin(track.Position, 1000);
        Take(again, 2, 800);
        Assert.That(again.CanBePassedOver, Is.False, "what was made of the record was decided behind the next");
        Take(again, 3, 1001);
        Assert.That(again.CanBePassedOver);
        Assert.That(_buffer.Count, Is.EqualTo(1), "the third alone is new");
    }

    [Test]
    public void A_silence_that_a_set_back_undid_is_not_repeated_behind_it()
    {
        var track = Begin(PartitionPosition.Start("log"), long.MinValue);
        long[] times = [2000, 2090, 2180];
        for (var i = 0; i < times.Length; i++) Take(track, i + 1, times[i]);
        Assert.That(track.IsStarting, "no three are near one another");
        track.PassOver(5000, long.MinValue);
        Assert.That(_book.Current.Kept.Select(decision => decision.Kind),
            Is.EqualTo(new[] { JoinerDecisionKind.SilencePassedOver, JoinerDecisionKind.TimeSetBack }));
        Assert.That(track.Greatest, Is.EqualTo(2180));
        foreach (var time in times) Process(track, time);
        Assert.That(track.Position.Place.Number, Is.EqualTo(3));

        var again = Begin(track.Position, 2180);
        Assert.That((again.Greatest, again.IsRepeating), Is.EqualTo((2180, false)));
    }

    [Test]
    public void Records_that_are_judged_again_are_passed_as_one()
    {
        var track = Begin(PartitionPosition.Start("log"), long.MinValue);
        Take(track, 1, 1000);
        Take(track, 2, 2000);
        Take(track, 3, 2001);
        track.PassOver(1950, long.MinValue);
        Process(track, 1000);
        Process(track, 2000);
        Assert.That((track.Position.Place.Number, track.Position.Through), Is.EqualTo((1, 3)));
        Process(track, 2001);
        Assert.That(track.Position.Place.Number, Is.EqualTo(3));
    }

    [Test]
    public void A_silence_behind_what_was_processed_is_another_decision_and_nothing_up_to_there_is_taken()
    {
        var track = Begin(PartitionPosition.Start("log"), long.MinValue);
        Take(track, 1, 1000);
        track.PassOver(1050, long.MinValue);
        track.PassOver(1060, long.MinValue);
        Assert.That(_book.Current.Silences, Is.EqualTo(1));

        // The log had gone on, or ended, and the others too; now it is silent behind the same record.
        var again = Begin(track.Position, 1200);
        Take(again, 1, 1000);
        again.PassOver(1100, 1200);
        Assert.That(_book.Current.Kept.Select(decision => decision.Frontier), Is.EqualTo(new[] { long.MinValue, 1200 }));
        Take(again, 2, 1070);
        Process(again, 1000);
        Assert.That(_buffer.NextTime, Is.EqualTo(1201), "a late action, processed behind all that was");
    }

    [Test]
    public void The_clock_decides_nothing_while_records_are_held_that_the_end_had_decided()
    {
        var track = Begin(PartitionPosition.Start("log"), long.MinValue);
        Take(track, 1, 1000);
        Take(track, 2, 2000);
        track.End(long.MinValue);
        Process(track, 1000);
        Process(track, 2000);
        Assert.That((track.Position.Place.Number, track.Position.Through), Is.EqualTo((1, 2)), "the end is part of no place");

        var again = Begin(track.Position, 2000);
        Assert.That(again.IsReadAgain);
        Take(again, 2, 2000);
        Assert.That((again.IsReadAgain, again.CanBePassedOver), Is.EqualTo((false, false)), "it may not have taken that record");
        again.End(2000);
        Assert.That((_buffer.Count, again.Greatest, again.Late), Is.EqualTo((0, 2000, 0)), "processed already");
    }

    private PartitionTrack Begin(PartitionPosition position, long processed)
    {
        _buffer.Clear();
        var track = new PartitionTrack(0, "log", new PartitionSettings(0, Jump, 3, true, true), _buffer, _book);
        track.Begin(in position, [1000], processed);
        return track;
    }

    private static void Take(PartitionTrack track, long number, long time)
    {
        var entry = new byte[JoinEntryHead.Bytes + 1 + JoinedAction.Bytes];
        new JoinEntryHead(entry.Length, JoinEntryKind.Action, 1, time).Write(entry);
        track.Take(new LogPosition("", number), RecordPhase.Action, time, entry, long.MinValue);
    }

    private void Process(PartitionTrack track, long time)
    {
        foreach (ref readonly var record in _buffer.Take(time)) track.Processed(record.Arrival);
        _buffer.Release();
    }
}
