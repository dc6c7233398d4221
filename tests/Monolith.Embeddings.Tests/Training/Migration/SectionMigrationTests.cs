using Monolith.Embeddings.Models;
using Monolith.Embeddings.Training.Migration;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>Random layouts, held against a dictionary of (place, place) by name.</summary>
public class SectionMigrationTests
{
    [Test]
    public void Numbers_go_where_their_names_are([Range(0, 99)] int seed)
    {
        var random = new Random(seed);
        var (from, to) = (Draw(random, "a"), Draw(random, "renamed"));
        float[] old = [.. Enumerable.Range(0, (int)from.Count).Select(i => i + 1f)];
        float[] begun = [.. Enumerable.Range(0, (int)to.Count).Select(i => -i - 1f)];
        var isOfWeights = random.Next(2) == 0;
        var expected = Expected(from, old, to, begun, isOfWeights, out var kept);
        var migration = new SectionMigration(from, to, name => name == "renamed" ? "a" : name, isOfWeights);
        var found = begun.ToArray();
        migration.Run(old, found);
        Assert.That(found, Is.EqualTo(expected));
        Assert.That(migration.Kept, Is.EqualTo(kept));
    }

    private static float[] Expected(
        ModelSectionLayout from, float[] old, ModelSectionLayout to, float[] begun, bool isOfWeights, out long kept)
    {
        var (rows, columns) = (Names(from.Axes[0], isNew: false), Names(from.Axes[1], isNew: false));
        var known = new Dictionary<(string, string), float>();
        for (var r = 0; r < rows.Count; r++)
            for (var c = 0; c < columns.Count; c++) known[(rows[r], columns[c])] = old[(r * columns.Count) + c];
        var (newRows, newColumns) = (Names(to.Axes[0], isNew: true), Names(to.Axes[1], isNew: true));
        var expected = begun.ToArray();
        kept = to.Tail;
        for (var r = 0; r < newRows.Count; r++)
        {
            for (var c = 0; c < newColumns.Count; c++)
            {
                var at = (r * newColumns.Count) + c;
                if (known.TryGetValue((newRows[r], newColumns[c]), out var number))
                {
                    expected[at] = number;
                    kept++;
                    continue;
                }
                var (isRow, isColumn) = (rows.Contains(newRows[r]), columns.Contains(newColumns[c]));
                if (isOfWeights && (isRow || to.Axes[0].BeginsAtZero) && (isColumn || to.Axes[1].BeginsAtZero)) expected[at] = 0;
            }
        }
        for (var i = 1; i <= to.Tail; i++) expected[^i] = old[^i];
        return expected;
    }

    private static List<string> Names(ModelSectionAxis axis, bool isNew) =>
        [.. axis.Ranges.SelectMany(range => Enumerable.Range(0, range.Length)
            .Select(i => $"{(isNew && range.Name == "renamed" ? "a" : range.Name)}.{i}"))];

    private static ModelSectionLayout Draw(Random random, string own) =>
        new() { Section = "s", Axes = [Axis(random, own), Axis(random, own)], Tail = 2, Meaning = "" };

    private static ModelSectionAxis Axis(Random random, string own)
    {
        string[] names = ["b", "c", "d", own];
        random.Shuffle(names);
        return new([.. names.Take(random.Next(1, 5)).Select(name => new ModelSectionRange(name, random.Next(0, 4)))])
        {
            BeginsAtZero = random.Next(2) == 0,
        };
    }
}
