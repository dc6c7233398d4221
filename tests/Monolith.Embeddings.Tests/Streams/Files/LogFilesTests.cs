using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>Which files make up a log, and in what order.</summary>
[TestFixture]
public sealed class LogFilesTests
{
    [TestCase("clicks.jsonl.10.gz clicks.jsonl.2 clicks.jsonl.1 clicks.jsonl",
        "clicks.jsonl", "clicks.jsonl.bak", "clicks.jsonl.2", "clicks.jsonl.1", "clicks.jsonl.10.gz", "clicks.jsonl.tmp.gz", "x.jsonl.3")]
    [TestCase("clicks.jsonl-20251231.gz clicks.jsonl-20260101 clicks.jsonl-20260101.1 clicks.jsonl",
        "clicks.jsonl-20260101.1", "clicks.jsonl", "clicks.jsonl-20260101", "clicks.jsonl-20251231.gz", "clicks-new.jsonl")]
    [TestCase("clicks-2026-01-02.jsonl clicks-2026-01-03T09.jsonl", "clicks-2026-01-03T09.jsonl", "clicks-2026-01-02.jsonl")]
    [TestCase("clicks.1.jsonl clicks.jsonl", "clicks.jsonl", "clicks.1.jsonl", "clicks2.jsonl", "clicks")]
    [TestCase("clicks.jsonl.1 clicks.jsonl", "clicks.jsonl", "clicks.jsonl.1", "clicks.jsonl.1.gz")]
    [TestCase("clicks.jsonl.20260301 clicks.jsonl.1", "clicks.jsonl.1", "clicks.jsonl.20260301")]
    public void Rotated_files_are_known_by_a_counter_or_a_date(string expected, params string[] files)
    {
        using var log = new LogWriter();
        foreach (var file in files) File.WriteAllText(log.PathOf(file), "");
        Assert.That(LogFiles.Rotating(log.Live).List().Select(file => file.Name), Is.EqualTo(expected.Split(' ')));
    }

    [TestCase(LogFileOrder.NaturalName, "c-2.jsonl.gz c-10.jsonl c-10a.jsonl")]
    [TestCase(LogFileOrder.Name, "c-10.jsonl c-10a.jsonl c-2.jsonl.gz")]
    [TestCase(LogFileOrder.WriteTime, "c-10a.jsonl c-10.jsonl c-2.jsonl.gz")]
    public void Files_of_a_pattern_come_in_the_order_that_is_asked_for(LogFileOrder order, string expected)
    {
        using var log = new LogWriter();
        string[] files = ["c-10a.jsonl", "c-10.jsonl", "c-2.jsonl.gz", "d-1.jsonl", "c-10.jsonl.gz", "c-3.json"];
        for (var i = 0; i < files.Length; i++)
        {
            File.WriteAllText(log.PathOf(files[i]), "");
            File.SetLastWriteTimeUtc(log.PathOf(files[i]), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + i).UtcDateTime);
        }
        Assert.That(
            LogFiles.Matching(log.Folder, "c-*.jsonl", order).List().Select(file => file.Name), Is.EqualTo(expected.Split(' ')));
        Assert.That(() => LogFiles.Matching(log.Folder, "*", (LogFileOrder)7), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_list_is_of_files_that_differ_and_has_no_gap()
    {
        using var log = new LogWriter();
        Assert.That(() => LogFiles.Of([]), Throws.ArgumentException);
        Assert.That(() => LogFiles.Of("a", "b", "a.gz"), Throws.ArgumentException.With.Message.Contains("'a' is given twice"));
        var list = LogFiles.Of(log.PathOf("a"), log.PathOf("b"), log.PathOf("c"));
        File.WriteAllText(log.PathOf("b"), "");
        Assert.That(list.List(), Has.Count.EqualTo(1), "those before may have been deleted, those behind may come");
        File.WriteAllText(log.PathOf("a"), "");
        File.Delete(log.PathOf("b"));
        File.WriteAllText(log.PathOf("c"), "");
        Assert.That(() => list.List(), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("/b' does not exist"));
    }

    [Test]
    public void Natural_order_is_an_order_in_which_numbers_count_by_their_value()
    {
        var random = new Random(1);
        var texts = Enumerable.Range(0, 300).Select(_ => new string(random.GetItems<char>("0129ab", random.Next(6)))).ToArray();
        foreach (var x in texts)
        {
            foreach (var y in texts)
            {
                var order = Math.Sign(NaturalOrder.Instance.Compare(x, y));
                Assert.That(order, Is.EqualTo(-Math.Sign(NaturalOrder.Instance.Compare(y, x))));
                Assert.That(order == 0, Is.EqualTo(x == y));
                if (int.TryParse(x, out var a) && int.TryParse(y, out var b) && a != b)
                    Assert.That(order, Is.EqualTo(a.CompareTo(b)), $"{x} and {y}");
            }
        }
        var sorted = texts.Order(NaturalOrder.Instance).ToArray();
        for (var i = 0; i < sorted.Length; i++)
        {
            for (var j = i; j < sorted.Length; j++)
                Assert.That(NaturalOrder.Instance.Compare(sorted[i], sorted[j]), Is.LessThanOrEqualTo(0));
        }
    }
}
