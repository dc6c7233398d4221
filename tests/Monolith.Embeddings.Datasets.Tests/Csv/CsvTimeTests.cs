using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

[TestFixture]
public sealed class CsvTimeTests
{
    private static readonly DateTimeOffset HalfPastNine = new(2010, 12, 1, 9, 30, 0, TimeSpan.Zero);

    [TestCase("2010-12-01 09:30")]
    [TestCase("2010-12-01T09:30")]
    [TestCase("2010-12-01 09:30:00")]
    [TestCase("2010-12-01T09:30:00Z")]
    [TestCase("2010-12-01T09:30:00.0000000Z")]
    [TestCase("2010-12-01 11:30+02:00")]
    [TestCase("2010-12-01T04:00:00.0-05:30")]
    public void Iso_8601_is_read_and_is_in_utc_where_it_names_no_offset(string text) =>
        Assert.That(Read(text, row => row.Time(0)), Is.EqualTo(HalfPastNine));

    [Test]
    public void Dates_begin_at_midnight_and_seconds_have_decimals()
    {
        Assert.That(Read("2010-12-01", row => row.Time(0)), Is.EqualTo(HalfPastNine.AddHours(-9.5)));
        Assert.That(Read("2010-12-01 09:30:00.1234567", row => row.Time(0)), Is.EqualTo(HalfPastNine.AddTicks(1_234_567)));
    }

    [TestCase("12/1/2010 9:30", "M/d/yyyy H:mm")]
    [TestCase("01.12.2010 10:30 +01:00", "dd.MM.yyyy HH:mm zzz")]
    public void A_form_may_be_named(string text, string format) =>
        Assert.That(Read(text, row => row.Time(0, format)), Is.EqualTo(HalfPastNine));

    [Test]
    public void Unix_times_are_read()
    {
        Assert.That(Read("1291195800", row => row.UnixSeconds(0)), Is.EqualTo(HalfPastNine));
        Assert.That(Read("1291195800000", row => row.UnixMilliseconds(0)), Is.EqualTo(HalfPastNine));
        Assert.That(Read("253402300799999", row => row.UnixMilliseconds(0)).Year, Is.EqualTo(9999));
    }

    [TestCase("2010-13-01")]
    [TestCase("01/12/2010")]
    [TestCase(" 2010-12-01")]
    [TestCase("2010-12-01\0")]
    [TestCase("2010-12-01 9:30")]
    [TestCase("")]
    public void What_is_no_time_is_malformed(string text) =>
        Assert.That(() => Read(text + ",", row => row.Time(0)), Throws.InstanceOf<MalformedLineException>()
            .With.Message.Contains("is not a time as 2026-03-01, 2026-03-01 09:30 or 2026-03-01T09:30:05.25Z"));

    [Test]
    public void The_message_names_the_form_and_the_unit()
    {
        Assert.That(() => Read("2010-12-01", row => row.Time(0, "d/M/yyyy")), Throws.InstanceOf<MalformedLineException>()
            .With.Message.Contains("column 0 '2010-12-01' is not a time of the form 'd/M/yyyy'"));
        Assert.That(() => Read("1291195800000", row => row.UnixSeconds(0)), Throws.InstanceOf<MalformedLineException>()
            .With.Message.Contains("from 0 to 253402300799"));
    }

    private static DateTimeOffset Read(string text, CsvMapping<DateTimeOffset> map)
    {
        using var file = new TestFile(text + "\n");
        return new CsvReader<DateTimeOffset>([0], map, new CsvOptions { HasHeader = false }).Read(file.Path).Single();
    }
}
