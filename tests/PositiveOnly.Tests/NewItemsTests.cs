using System.Globalization;
using PositiveOnly.NewItems;

namespace PositiveOnly.Tests;

/// <summary>The tables of new items in small, where a kind is what users like, and all kinds get new items all the time.</summary>
public class NewItemsTests
{
    [Test]
    public async Task New_items_that_are_born_from_their_kind_are_told_apart_from_the_first_on()
    {
        using var writer = new StringWriter();
        await NewItemReport.WriteAsync(writer, [Log()], isFrozen: false, seeds: 2);
        var rows = writer.ToString().Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()).Where(row => row[1] != "model").ToArray();
        Assert.That(rows.Select(row => row[1]), Is.EqualTo(new[]
        {
            "without kinds", "kind: row", "kind, born from it: row", "without kinds", "kind: row", "kind, born from it: row",
        }));
        Assert.That(rows.Select(row => row[2]).Distinct().Count(), Is.EqualTo(2), "the same items in each row of a table");
        var (without, born) = (rows[3], rows[5]);
        Assert.That(Number(born[3]), Is.GreaterThan(Number(without[3]) + 0.1), "AUC");
        Assert.That(Number(born[4]), Is.GreaterThan(Number(without[4]) + 0.1), "AUC of the first impressions");
        Assert.That(Number(born[5]), Is.EqualTo(Number(without[5])).Within(0.02).And.GreaterThan(0.9), "known items keep their place");
        Assert.That(Number(born[6]), Is.GreaterThan(Number(without[6])), "recall");
    }

    // Ten kinds; an item is new for a while.
    private static KindLog Log()
    {
        var (random, liked) = (new Random(1), new int[40]);
        var (start, choices) = (new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), new List<Choice>());
        for (var i = 0; i < 12_000; i++)
        {
            var user = random.Next(liked.Length);
            if (random.Next(40) == 0) liked[user] = random.Next(10);
            // The newest twenty of the kind.
            choices.Add(new Choice(user, 1000 * liked[user] + i / 300 + random.Next(20), start.AddMinutes(i)));
        }
        var items = choices.Select(choice => choice.Item).Distinct();
        return new KindLog("row", [.. choices], items.ToDictionary(item => item, item => item / 1000));
    }

    private static double Number(string cell) => double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture);
}
