using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

[TestFixture]
public sealed class LogPositionTests
{
    [Test]
    public void A_place_comes_back_from_its_position(
        [Values("", "a", "clicks-2026-11-29.jsonl", "журнал")] string log, [Values(0, 1, long.MaxValue, long.MinValue)] long offset,
        [Values(0, -7)] long tie)
    {
        var place = new LogPosition(log, offset, tie);
        Assert.That(LogPosition.From(place.ToStreamPosition()), Is.EqualTo(place));
        Assert.That(place.ToStreamPosition().IsStart, Is.EqualTo(place.IsStart));
        Assert.That(place.IsStart, Is.EqualTo((log, offset, tie) == ("", 0, 0)));
    }

    [Test]
    public void Its_bytes_are_a_form_two_numbers_and_the_name()
    {
        byte[] expected = [1, 2, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, (byte)'a', (byte)'b'];
        Assert.That(new LogPosition("ab", 258, 3).ToStreamPosition().Bytes.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Names_that_would_not_come_back_are_refused()
    {
        Assert.That(() => new LogPosition("\ud800", 1), Throws.ArgumentException.With.Message.Contains("surrogate"));
        Assert.That(() => new LogPosition(new string('a', LogPosition.MaxLogBytes + 1), 1), Throws.ArgumentException);
        Assert.That(new LogPosition(new string('a', LogPosition.MaxLogBytes), 1).ToStreamPosition().Bytes.Length, Is.EqualTo(17 + 4096));
    }

    [Test]
    public void Positions_of_other_sources_are_refused([Values(1, 8, 16)] int length)
    {
        var foreign = new StreamPosition(Enumerable.Repeat((byte)1, length).ToArray());
        Assert.That(() => LogPosition.From(foreign), Throws.ArgumentException.With.Message.Contains("not made by this source"));
        Assert.That(() => LogPosition.From(new StreamPosition(new byte[17])), Throws.ArgumentException);
    }

    [Test]
    public void Messages_show_it()
    {
        Assert.That(default(LogPosition).ToString(), Is.EqualTo("the start"));
        Assert.That(new LogPosition("", 12).ToString(), Is.EqualTo("offset 12"));
        Assert.That(new LogPosition("clicks", 12, -3).ToString(), Is.EqualTo("clicks, offset 12, -3"));
        Assert.That(new RecordPlace { Number = 7 }.ToString(), Is.EqualTo("record 7"));
        Assert.That(new RecordPlace { Number = 7, Log = new("a.jsonl", 90) }.ToString(), Is.EqualTo("a.jsonl, offset 90"));
        Assert.That(new RecordPlace { Number = 7, Log = new("a.jsonl", 90), Line = 5 }.ToString(), Is.EqualTo("a.jsonl, line 5"));
    }
}
