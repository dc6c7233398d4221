using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Lines;

[TestFixture]
public sealed class MalformedLinesTests
{
    private const string ThreeBad = "1::2::3::4\nbad\n2::3::4::5\nworse\n\nworst\n3::4::5::6\n";

    [Test]
    public void The_first_ends_the_reading_by_default()
    {
        using var file = new TestFile(ThreeBad);
        var read = new List<RatingEvent>();

        var thrown = Assert.Throws<MalformedLineException>(() => Each(file.Path, null, read.Add).Count());

        Assert.That(read, Is.EqualTo(new[] { new RatingEvent { User = 1, Item = 2, Rating = 3, Time = At.Seconds(4) } }));
        Assert.That(thrown!.Line, Is.EqualTo(new MalformedLine
        {
            File = file.Path,
            LineNumber = 2,
            Reason = "the line has 1 fields separated by '::', not 4",
            Text = "bad",
            Count = 1
        }));
        Assert.That(thrown!.Message, Is.EqualTo(
            $"{file.Path}, line 2: the line has 1 fields separated by '::', not 4. Expected: user::movie::rating::timestamp with a rating "
            + "from 0 to 5 and the time in Unix seconds. Found: 'bad'. This is malformed line number 1, and 0 may be skipped: correct the "
            + "file, read it by the reader of its format, or raise MalformedLines.Limit to skip such lines."));
    }

    [TestCase(0, 1, 1)]
    [TestCase(1, 2, 2)]
    [TestCase(2, 2, 3)]
    [TestCase(3, 3, 3)]
    [TestCase(long.MaxValue, 3, 3)]
    public void As_many_as_the_limit_are_skipped_and_all_are_reported(long limit, int records, int reports)
    {
        using var file = new TestFile(ThreeBad);
        var reported = new ReportList();
        var read = new List<RatingEvent>();
        var malformed = new MalformedLines { Limit = limit, Report = reported };

        var reading = () => Each(file.Path, malformed, read.Add).Count();

        if (limit >= 3) Assert.That(reading(), Is.EqualTo(3));
        else Assert.That(Assert.Throws<MalformedLineException>(() => reading())!.Line!.Count, Is.EqualTo(limit + 1));
        Assert.That((read.Count, reported.Count), Is.EqualTo((records, reports)));
        Assert.That(reported.Select(r => (r.LineNumber, r.Text, r.Count)),
            Is.EqualTo(new[] { (2L, "bad", 1L), (4, "worse", 2), (6, "worst", 3) }.Take(reports)));
    }

    [Test]
    public void Each_reading_counts_anew()
    {
        using var file = new TestFile("bad\n1::2::3::4\n");
        var reading = MovieLensReader.ReadRatings(file.Path, new MalformedLines { Limit = 1 });

        Assert.That((reading.Count(), reading.Count()), Is.EqualTo((1, 1)));
    }

    [Test]
    public void A_negative_limit_is_refused_before_the_file_is_opened() =>
        Assert.That(() => MovieLensReader.ReadRatings("/nowhere", new MalformedLines { Limit = -1 }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Limit: -1 is negative"));

    [Test]
    public void A_long_text_is_shortened_and_control_characters_are_replaced()
    {
        using var file = new TestFile("\u0001\u001b[31m\t" + new string('x', 3 * TextLines.MaxLength));
        var thrown = Assert.Throws<MalformedLineException>(() => MovieLensReader.ReadRatings(file.Path).Count());

        Assert.That(thrown!.Line!.Text, Is.EqualTo("??[31m\t" + new string('x', 90) + "..."));
        Assert.That(thrown!.Line.Reason, Does.Contain("more than 1048576 characters"));
    }

    [TestCase(96)]
    [TestCase(97)]
    public void A_text_is_not_shortened_within_a_character(int letters)
    {
        using var file = new TestFile(new string('x', letters) + "\U0001F600\U0001F600\U0001F600\n");
        var thrown = Assert.Throws<MalformedLineException>(() => MovieLensReader.ReadRatings(file.Path).Count());
        Assert.That(thrown!.Line!.Text.EnumerateRunes(), Has.None.EqualTo(System.Text.Rune.ReplacementChar));
    }

    [Test]
    public void A_field_is_not_shortened_within_a_character()
    {
        using var file = new TestFile($"1::2::{new string('5', 39)}\U0001F600::3\n");
        var thrown = Assert.Throws<MalformedLineException>(() => MovieLensReader.ReadRatings(file.Path).Count());
        Assert.That(thrown!.Line!.Reason.EnumerateRunes(), Has.None.EqualTo(System.Text.Rune.ReplacementChar));
    }

    [TestCase("1::2::3\0::4\n")]
    [TestCase("1\0::2::3::4\n")]
    public void A_zero_character_behind_a_number_is_not_skipped(string line)
    {
        using var file = new TestFile(line);
        Assert.That(() => MovieLensReader.ReadRatings(file.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    [Test]
    public void A_binary_file_is_taken_for_one()
    {
        using var file = new TestFile([0x50, 0x4B, 3, 4, 0, 0, 0, 8, 0x0A, 0, 0xFF, 0xFE]);

        Assert.That(() => MovieLensReader.ReadRatings(file.Path).Count(), Throws.InstanceOf<MalformedLineException>()
            .With.Message.Contains("line 1:").And.Message.Contains("zero bytes: is the file binary"));
    }

    [Test]
    public void The_format_of_another_reader_is_told_at_line_1()
    {
        using var comma = new TestFile("userId,movieId,rating,timestamp\n1,2,3,4\n");
        using var colon = new TestFile("1::2::3::4\n");
        using var tab = new TestFile("1\t2\t3\n");

        Assert.That(() => MovieLensReader.ReadRatings(comma.Path).Count(), Fails("Expected: user::movie::rating::timestamp"));
        Assert.That(() => MovieLensReader.ReadMovies(comma.Path).Count(), Fails("Expected: id::title (year)::genre|genre"));
        Assert.That(() => MovieTweetingsReader.ReadRatings(comma.Path).Count(), Fails("with a rating from 0 to 10"));
        Assert.That(() => MovieLensCsvReader.ReadRatings(colon.Path).Count(), Fails("it has '1::2::3::4'"));
        Assert.That(() => MovieLensCsvReader.ReadMovies(colon.Path).Count(), Fails("lacks 'movieId', 'title', 'genres'"));
        Assert.That(() => CriteoReader.Read(tab.Path).Count(),
            Fails("the line has 3 fields delimited by TAB, not 40. Expected: a label 0 or 1"));

        static NUnit.Framework.Constraints.IResolveConstraint Fails(string text) =>
            Throws.InstanceOf<MalformedLineException>().With.Message.Contains(", line 1: ").And.Message.Contains(text);
    }

    private static IEnumerable<RatingEvent> Each(string path, MalformedLines? malformed, Action<RatingEvent> seen)
    {
        foreach (var rating in MovieLensReader.ReadRatings(path, malformed))
        {
            seen(rating);
            yield return rating;
        }
    }
}
