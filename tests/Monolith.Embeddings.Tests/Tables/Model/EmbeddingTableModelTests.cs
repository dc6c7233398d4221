using FsCheck.Fluent;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>A table answers like a dictionary, whatever one does to it and in whatever order.</summary>
public class EmbeddingTableModelTests : LeakChecked
{
    [Test, Pairwise]
    public void Any_calls_have_the_answers_of_a_dictionary(
        [Values(1, 2, 8, 64)] int stripes, [Values("1", "3", "16", "1+3", "3+16+1")] string shape,
        [Values(0, 1, 4)] int occurrences, [Values(null, ExpiryClock.EventTime, ExpiryClock.WallClock)] ExpiryClock? clock)
    {
        Check(new ModelSettings(stripes, shape, occurrences, clock, TestTable.Range(100, 30)));
    }

    [Test, Pairwise]
    public void Ids_that_want_one_bucket_pair_of_one_stripe_have_the_answers_of_a_dictionary(
        [Values(1, 64)] int stripes, [Values("1", "3+16")] string shape,
        [Values(0, 3)] int occurrences, [Values(null, ExpiryClock.EventTime, ExpiryClock.WallClock)] ExpiryClock? clock)
    {
        Check(new ModelSettings(stripes, shape, occurrences, clock, ModelSettings.Colliding(60)));
    }

    [Test, Pairwise]
    public void A_hash_that_puts_every_id_into_one_place_has_the_answers_of_a_dictionary(
        [Values(1, 64)] int stripes, [Values("1", "3+16")] string shape, [Values(0, 3)] int occurrences,
        [Values(null, ExpiryClock.EventTime)] ExpiryClock? clock,
        [Values(0UL, 0xF_0000_0000UL, 0x8000_0003_0000_0000UL, 0xFFFFUL << 48)] ulong mask) =>
        Check(new ModelSettings(stripes, shape, occurrences, clock, TestTable.Range(100, 60), mask));

    [Test]
    public void Many_rows_have_the_answers_of_a_dictionary_while_they_grow_and_shrink(
        [Values(1, 8)] int stripes, [Values(0, 3)] int occurrences, [Values] bool collide)
    {
        long[] pool = collide ? [.. ModelSettings.Colliding(1000), .. TestTable.Range(100, 10_000)] : TestTable.Range(100, 20_000);
        var random = new Random(13);
        using var comparison = new ModelComparison(new ModelSettings(stripes, "1+3", occurrences, ExpiryClock.EventTime, pool));
        var overflow = 0L;
        for (var i = 0; i < 150; i++)
        {
            // Growing for two thirds, then mostly removing.
            var verb = i == 120 ? TableVerb.Evict : i < 100 ? (TableVerb)random.Next((int)TableVerb.Evict) : TableVerb.Remove;
            comparison.Do(new TableAction(verb, random.Next(), random.Next(3000)));
            overflow = Math.Max(overflow, comparison.Table.GetStatistics().OverflowIds);
        }
        comparison.AssertEqual();
        Assert.That(overflow, collide ? Is.GreaterThan(300) : Is.Zero);
    }

    private static void Check(ModelSettings settings)
    {
        // The rare ones are those without which a table holds more.
        var verb = Gen.Frequency(
            (20, Gen.Elements(Enum.GetValues<TableVerb>()[..(int)TableVerb.Evict])), (3, Gen.Constant(TableVerb.Evict)),
            (1, Gen.Constant(TableVerb.Clear)));
        var action = verb.SelectMany(v => Gen.Choose(0, int.MaxValue), (v, seed) => (v, seed))
            .SelectMany(_ => Gen.Choose(0, 40), (pair, size) => new TableAction(pair.v, pair.seed, size));
        RandomSteps.Check(action, Smaller, tests: 50, longest: 80, actions =>
        {
            using var comparison = new ModelComparison(settings);
            foreach (var step in actions) comparison.Do(step);
            comparison.AssertEqual();
        });
    }

    private static IEnumerable<TableAction> Smaller(TableAction action) => action.Size > 0 ? [action with { Size = action.Size / 2 }] : [];
}
